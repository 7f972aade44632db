/** What `node:util`'s parseArgs says of a wrong argument, without its advice on positional ones, which none of ours are. */
export function argumentFault(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    return message.split(". ", 1)[0] ?? "";
}
