export async function watch(_path: string): Promise<number> {
  return 1;
}
