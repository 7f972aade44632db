import type { z } from "zod";

/**
 * Invisible characters, and characters that change the appearance of others: control and format characters
 * (bidirectional overrides and zero-width ones among them), line and paragraph separators, what Unicode says to leave
 * out when it is not supported (fillers, variation selectors, tags), and code points without a character.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * An untrusted text on one line, without invisible characters: white space becomes a space, every invisible character
 * the visible `\uFFFD`.
 */
export function visible(text: string): string {
    return text
        .replaceAll(/\s+/g, " ")
        .replaceAll(HIDDEN, "\uFFFD")
        .replaceAll(/\p{Zs}+/gu, " ")
        .trim();
}

/** Line separators of any program. */
const LINE_END = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** The lines of an untrusted text, without invisible characters; see {@link visible}. */
export function visibleLines(text: string): string[] {
    return text.split(LINE_END).map((line) =>
        line
            .replaceAll("\t", "    ")
            .replaceAll(/\p{Zs}/gu, " ")
            .replaceAll(HIDDEN, "\uFFFD")
            .trimEnd(),
    );
}

/** Like {@link visibleLines}, as one text: for messages that may quote the cluster or a program. */
export function visibleText(text: string): string {
    return visibleLines(text).join("\n");
}

/** Whether a text has visible characters. */
export function isBlank(text: string): boolean {
    return /^[\s\uFFFD\u2800]*$/u.test(visible(text));
}

/**
 * A text for the log of a GitHub job, without a meaning to its runner: that takes a line which begins with `::`, and
 * `##[` anywhere, as commands (actions/runner, `ActionCommand.cs`).
 */
export function loggable(text: string): string {
    return text.replaceAll(/^(\s*):(?=:)/gm, "$1: ").replaceAll("##[", "## [");
}

/** Maximum errors in one message, and the length of each (characters): the data may have a million. */
const [MAX_FAULTS, MAX_FAULT] = [5, 200];

/** Errors of untrusted data, in a message of bounded length. */
export function schemaFaults({ issues }: z.ZodError): string {
    const shown = issues
        .slice(0, MAX_FAULTS)
        .map(({ path, message }) => visible(`${path.map(String).join(".")}: ${message}`).slice(0, MAX_FAULT));
    const more = issues.length - shown.length;
    return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}
