import { UserError } from "../../errors";
import { hasControlCharacters, printable, shellCommand } from "../../shell";

/** One fault of the settings. */
export interface Fault {
    /** Path of the setting, e.g. `mesh.image.tag`. */
    readonly key: string;
    /** The given value, redacted by given.ts; `undefined` if the setting is missing. */
    readonly given?: string;
    /** Allowed values, to complete the sentence "must be ...". */
    readonly allowed: string;
    /** Command that fixes it, quoted for a shell. */
    readonly fix: string;
}

/** Error that reports all faults of the settings in one message; Pulumi prints it without a stack trace. */
export class SettingsError extends UserError {
    constructor(stack: string, faults: readonly Fault[]) {
        const count = `${faults.length} invalid setting${faults.length === 1 ? "" : "s"}`;
        const blocks = faults.map(
            ({ key, given, allowed, fix }) =>
                `  ${printable(key)}${given === undefined ? " (not set)" : ` = ${given}`}\n` +
                `    must be: ${printable(allowed)}\n` +
                `    fix:     ${fix}`,
        );
        super(`${count} in stack ${printable(stack)}:\n\n${blocks.join("\n\n")}\n`);
        this.name = "SettingsError";
    }
}

/**
 * Command that sets one setting of a stack.
 * @param key Path of the setting.
 * @param value The value, or a placeholder in capitals; `undefined` if the CLI is to read it from standard input.
 * @param type `string` if the CLI would otherwise parse the value as a number or boolean.
 */
export function setCommand(stack: string, key: string, value: string | undefined, type?: "string"): string {
    return isAddressable(key)
        ? shellCommand(
              ...["pulumi", "config", "set", "--stack", stack, "--path"],
              ...(type === undefined ? [] : ["--type", type]),
              key,
              ...(value?.startsWith("-") ? ["--"] : []),
              ...(value === undefined ? [] : [value]),
          )
        : byHand(stack, "change");
}

/** Command that removes a setting from a stack, which restores its default. */
export function removeCommand(stack: string, key: string): string {
    return isAddressable(key)
        ? shellCommand("pulumi", "config", "rm", "--stack", stack, "--path", key)
        : byHand(stack, "remove");
}

/**
 * Whether the CLI can address the key: its path syntax has no escape for a backslash, and control characters cannot be
 * typed.
 */
function isAddressable(key: string): boolean {
    return !hasControlCharacters(key) && !/\\[^"]|\\\\/.test(key);
}

function byHand(stack: string, what: "change" | "remove"): string {
    return `${what} it in Pulumi.${printable(stack)}.yaml by hand: the CLI cannot address this key`;
}

/** Path of a setting in the notation of `pulumi config set --path`: `mesh.writablePaths[0].path`, `mesh.env["a.b"]`. */
export function keyPath(section: string, path: readonly PropertyKey[]): string {
    return [section, ...path].reduce<string>((key, part) => {
        if (typeof part === "number") {
            return `${key}[${part}]`;
        }
        const name = String(part);
        const plain = name !== "" && !/[.[\]"\\\s]/.test(name);
        const quoted = `["${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;
        return plain ? `${key}${key === "" ? "" : "."}${name}` : `${key}${quoted}`;
    }, "");
}
