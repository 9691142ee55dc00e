/** A file open for writing, or a folder open to make its entries durable. */
export interface OpenFile {
  write(bytes: Buffer): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The file calls by which the agent keeps what must outlast a crash. One call is one step that a
 * crash can come before or after; tests put a disk here that fails at every one of them.
 */
export interface StateFiles {
  /** makes a folder (0700) with its parents; those that are there stay as they are */
  mkdir(path: string): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string): Promise<Buffer>;
  stat(path: string): Promise<{ sizeBytes: number; mode: number }>;
  /** a file (0600) without content, whatever was there before */
  create(path: string): Promise<OpenFile>;
  /** a folder, to be synced */
  openFolder(path: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}
