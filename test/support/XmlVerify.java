import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.KeySelectorResult;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.X509Data;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The JDK's own XML Signature as a witness: lines `file id` come in, a line `good` or `bad …` goes out for each. */
public class XmlVerify {
    public static void main(String[] arguments) throws Exception {
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] question = line.split(" ");
            String answer;
            try {
                answer = verify(Path.of(question[0]), question[1]) ? "good" : "bad";
            } catch (XMLSignatureException | javax.xml.crypto.MarshalException fault) {
                answer = "bad " + String.valueOf(fault.getMessage()).replaceAll("\\s+", " ");
            }
            System.out.println(answer);
        }
    }

    private static boolean verify(Path file, String id) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(file.toFile());
        NodeList all = document.getElementsByTagName("*");
        NodeList signatures = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
        for (int place = 0; place < signatures.getLength(); place++) {
            if (!((Element) signatures.item(place)).getAttribute("Id").equals(id)) continue;
            DOMValidateContext context = new DOMValidateContext(new FromCertificate(), signatures.item(place));
            for (int at = 0; at < all.getLength(); at++) {
                for (String name : new String[] {"Id", "id", "ID"}) {
                    if (((Element) all.item(at)).hasAttribute(name)) context.setIdAttributeNS((Element) all.item(at), null, name);
                }
            }
            return XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context).validate(context);
        }
        throw new IllegalArgumentException("no Signature " + id);
    }

    /** The first certificate of KeyInfo: whose it is, is another question. */
    private static final class FromCertificate extends KeySelector {
        @Override
        public KeySelectorResult select(javax.xml.crypto.dsig.keyinfo.KeyInfo info, Purpose purpose, javax.xml.crypto.AlgorithmMethod method, javax.xml.crypto.XMLCryptoContext context) {
            for (Object part : info.getContent()) {
                if (!(part instanceof X509Data)) continue;
                for (Object content : ((X509Data) part).getContent()) {
                    if (content instanceof X509Certificate) return () -> ((X509Certificate) content).getPublicKey();
                }
            }
            throw new IllegalStateException("no certificate");
        }
    }
}
