/** Everything that comes from outside has a limit; all of them stand here. */
export const LIMITS = {
  rows: 10_000_000,
  columns: 200,
  /** UTF-16 units in one cell. */
  cell: 4_000,
  /** Bytes between two line ends, and UTF-8 bytes of one quoted record. */
  line: 65_536,
  /** Rows from the top in which the header row is looked for. */
  headerRows: 40,
  /** Rows from the top on which roles, shape and row layout are decided; conventions are proved over all rows. */
  sampleRows: 2_000,
  /** Debtors of a summary, which are kept in memory until its end. */
  summaryDebtors: 1_000_000,
  /** Digits of an amount that a double keeps exactly. */
  digits: 15,
} as const;
