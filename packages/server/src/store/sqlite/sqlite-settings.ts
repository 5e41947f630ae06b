/** What a connection that writes is set to; whoever measures beside it uses the same. */
export const sqliteSettings = [
  'PRAGMA journal_mode = WAL',
  // With WAL, FULL is what makes a commit survive a power cut; NORMAL would lose the last ones.
  'PRAGMA synchronous = FULL',
  // 16 MB of log between two checkpoints: each writes a page that changed often only once.
  'PRAGMA wal_autocheckpoint = 4000',
  'PRAGMA journal_size_limit = 67108864',
  'PRAGMA temp_store = MEMORY',
] as const;
