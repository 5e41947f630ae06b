/** Settings of a writing connection; benchmarks use the same ones for comparison. */
export const sqliteSettings = [
  'PRAGMA journal_mode = WAL',
  // With WAL, a commit survives a power cut only with FULL; NORMAL may lose the last commits.
  'PRAGMA synchronous = FULL',
  // 16 MB of log between two checkpoints: a page that changed often is written once per checkpoint.
  'PRAGMA wal_autocheckpoint = 4000',
  'PRAGMA journal_size_limit = 67108864',
  'PRAGMA temp_store = MEMORY',
] as const;
