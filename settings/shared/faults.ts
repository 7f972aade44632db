import { UserError } from "../../errors";
import { hasControlCharacters, printable, shellCommand } from "../../shell";

/** One thing that is wrong with the settings. */
export interface Fault {
    /** Path of the setting, e.g. `mesh.image.tag`. */
    readonly key: string;
    /** What was given, as given.ts allows it to be shown; `undefined` when nothing was. */
    readonly given?: string;
    /** What the setting must be, as an end of the sentence "must be ...". */
    readonly allowed: string;
    /** Command that fixes it, quoted for a shell. */
    readonly fix: string;
}

/** All faults of the settings in one message; Pulumi prints it without a stack trace. */
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
 * @param value The value, or a word in capitals that stands for one; `undefined` where the CLI shall read standard input.
 * @param type `string` where the CLI would read the value as a number or boolean.
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

/** Command that removes a setting from a stack, so that its default holds again. */
export function removeCommand(stack: string, key: string): string {
    return isAddressable(key)
        ? shellCommand("pulumi", "config", "rm", "--stack", stack, "--path", key)
        : byHand(stack, "remove");
}

/** Whether the CLI can be given the key: its paths know no escape for a backslash, and a control character cannot be typed. */
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
