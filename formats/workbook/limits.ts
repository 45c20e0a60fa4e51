/** What an uploaded workbook may weigh. All sizes in bytes; rows, cells and columns count only cells that hold a value. */
export type WorkbookLimits = {
  maxBytes: number;
  maxEntries: number;
  maxUncompressedBytes: number;
  /** Uncompressed : compressed, judged per ZIP entry above 1 MB; deflate cannot exceed about 1032. */
  maxRatio: number;
  maxSheets: number;
  /** Of all sheets together, as cells and letters are: spread over many sheets they cost a worker just as much. */
  maxRows: number;
  maxColumns: number;
  maxCells: number;
  /** Letters of all text cells; a shared text counts at every cell that shows it, since it is read there. */
  maxText: number;
};

/** A school has at most some 3,000 pupils in 100 classes; its workbook is about 1 MB. */
export const ROSTER_LIMITS = {
  maxBytes: 10 * 2 ** 20, maxEntries: 1000, maxUncompressedBytes: 150 * 2 ** 20, maxRatio: 200,
  maxSheets: 250, maxRows: 30_000, maxColumns: 300, maxCells: 600_000, maxText: 20_000_000,
} as const satisfies WorkbookLimits;

/** A merged province has about 500,000 pupils and uploads them in several workbooks of tens of thousands of rows. */
export const INTAKE_LIMITS = {
  maxBytes: 30 * 2 ** 20, maxEntries: 1000, maxUncompressedBytes: 400 * 2 ** 20, maxRatio: 200,
  maxSheets: 50, maxRows: 200_000, maxColumns: 60, maxCells: 6_000_000, maxText: 200_000_000,
} as const satisfies WorkbookLimits;
