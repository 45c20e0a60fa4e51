import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The JDK's own XML Signature as another vendor: arguments FILE OUT TAG SIGNED-AT KEY CERTIFICATE INCLUSIVE; it signs into the element TAG. */
public class XmlSign {
    public static void main(String[] a) throws Exception {
        DocumentBuilderFactory documents = DocumentBuilderFactory.newInstance();
        documents.setNamespaceAware(true);
        Document document = documents.newDocumentBuilder().parse(Path.of(a[0]).toFile());
        Element data = (Element) document.getElementsByTagName("DU_LIEU_HOC_BA").item(0);
        Element block = (Element) document.getElementsByTagName(a[2]).item(0);
        PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of(a[4]))));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(Files.readAllBytes(Path.of(a[5]))));
        String method = a[6].equals("true") ? CanonicalizationMethod.INCLUSIVE : CanonicalizationMethod.EXCLUSIVE;

        XMLSignatureFactory signatures = XMLSignatureFactory.getInstance("DOM");
        DigestMethod digest = signatures.newDigestMethod(DigestMethod.SHA256, null);
        List<Transform> transforms = List.of(signatures.newTransform(method, (TransformParameterSpec) null));
        String id = "sig-" + a[2];
        String timeId = "time-" + a[2];
        Element time = document.createElementNS(XMLSignature.XMLNS, "SigningTime");
        time.setTextContent(a[3]);
        SignatureProperty property = signatures.newSignatureProperty(List.of(new DOMStructure(time)), "#" + id, timeId);
        XMLObject object = signatures.newXMLObject(List.of(signatures.newSignatureProperties(List.of(property), null)), null, null, null);
        SignedInfo info = signatures.newSignedInfo(
            signatures.newCanonicalizationMethod(method, (C14NMethodParameterSpec) null),
            signatures.newSignatureMethod("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", null),
            List.of(
                signatures.newReference("#" + data.getAttribute("id"), digest, transforms, null, null),
                signatures.newReference("#" + timeId, digest, transforms, null, null)));
        KeyInfoFactory keys = signatures.getKeyInfoFactory();
        KeyInfo keyInfo = keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate.getSubjectX500Principal().getName(), certificate))));
        DOMSignContext context = new DOMSignContext(key, block);
        context.setIdAttributeNS(data, null, "id");
        signatures.newXMLSignature(info, keyInfo, List.of(object), id, null).sign(context);
        TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(Path.of(a[1]).toFile()));
    }
}
