import { shellWord } from "../shell";

/** A call of the Pulumi CLI about a stack that names none, up to the next command, the end of its line or of its quotation. */
const NO_STACK = /\bpulumi (config (?:set|rm)|up|preview|refresh|destroy)\b(?![^\n`&|;]*--stack)/g;

/**
 * A text whose commands name their stack. Without `--stack` the Pulumi CLI acts on the selected stack, which may be
 * another one than that of the message.
 */
export function onStack(text: string, stack: string): string {
    return text.replace(NO_STACK, (_, command: string) => `pulumi ${command} --stack ${shellWord(stack)}`);
}
