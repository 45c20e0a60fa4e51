/** What an uploaded workbook may weigh. All sizes in bytes; rows and columns count only cells that hold a value. */
export type WorkbookLimits = {
  maxBytes: number;
  maxEntries: number;
  maxUncompressedBytes: number;
  /** Uncompressed : compressed, judged per ZIP entry above 1 MB; deflate cannot exceed about 1032. */
  maxRatio: number;
  maxSheets: number;
  maxRows: number;
  maxColumns: number;
};

/** A school has at most some 3,000 pupils in 100 classes; its workbook is about 1 MB. */
export const ROSTER_LIMITS = {
  maxBytes: 10 * 2 ** 20, maxEntries: 1000, maxUncompressedBytes: 150 * 2 ** 20, maxRatio: 200,
  maxSheets: 250, maxRows: 20_000, maxColumns: 300,
} as const satisfies WorkbookLimits;

/** A merged province has about 500,000 pupils and uploads them in several workbooks of tens of thousands of rows. */
export const INTAKE_LIMITS = {
  maxBytes: 30 * 2 ** 20, maxEntries: 1000, maxUncompressedBytes: 400 * 2 ** 20, maxRatio: 200,
  maxSheets: 50, maxRows: 200_000, maxColumns: 60,
} as const satisfies WorkbookLimits;
