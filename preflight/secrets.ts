import { z } from "zod";
import type { Read } from "../kube/read";
import { shellCommand, shellWord } from "../shell";

/** A Secret that pods need, and the keys that it must have. */
export interface NeededSecret {
    /** Setting that names it. */
    readonly setting: string;
    /** Its name. */
    readonly name: string;
    /** Keys that are read. */
    readonly keys: readonly string[];
}

/** Keys of each Secret that could be looked at, by name; `undefined` for one that is not there. */
export type LiveSecrets = ReadonlyMap<string, readonly string[] | undefined>;

const secretSchema = z.object({ data: z.record(z.string(), z.unknown()).nullish() });

/** Keys of each Secret that may be seen; the others are left to the pods' own start. */
export async function liveSecrets(
    read: Read,
    namespace: string,
    needed: readonly NeededSecret[],
): Promise<LiveSecrets> {
    const secrets = new Map<string, string[] | undefined>();
    for (const { name } of needed) {
        const answer = await read(`/api/v1/namespaces/${namespace}/secrets/${name}`);
        if (answer.seen) {
            const secret = secretSchema.safeParse(answer.object).data;
            secrets.set(name, secret && Object.keys(secret.data ?? {}));
        }
    }
    return secrets;
}

/** What is looked for, and where. */
export interface SecretPlace {
    /** Namespace of the Secrets. */
    readonly namespace: string;
    /** What must be there. */
    readonly needed: readonly NeededSecret[];
    /** How the commands call kubectl. */
    readonly command: string;
}

/** Why pods could not start with the Secrets as they are, each with the command that fixes it. */
export function secretRefusals(secrets: LiveSecrets, { namespace, needed, command }: SecretPlace): string[] {
    return needed.flatMap(({ setting, name, keys }) => {
        if (!secrets.has(name)) {
            return [];
        }
        const found = secrets.get(name);
        const missing = keys.filter((key) => found?.includes(key) !== true);
        const create =
            shellCommand("--namespace", namespace, "create", "secret", "generic", name) +
            missing.map((key) => ` --from-file=${shellWord(key)}=<file>`).join("");
        if (found === undefined) {
            return [
                `${setting} is ${name}, but Secret ${namespace}/${name} does not exist.\n` +
                    `    Create it:     ${command} ${create}`,
            ];
        }
        return missing.length === 0
            ? []
            : [
                  `${setting} is ${name}, but Secret ${namespace}/${name} lacks ${missing.join(" and ")} ` +
                      `(its keys: ${found.join(", ") || "none"}).\n` +
                      `    Add:           ${command} ${create} ` +
                      `--dry-run=client --output yaml | ${command} apply --server-side --filename -`,
              ];
    });
}

/** Secrets in one line, e.g. `a (key); b (one, two)`. */
export function listSecrets(needed: readonly NeededSecret[]): string {
    return needed.map(({ name, keys }) => `${name} (${keys.join(", ")})`).join("; ");
}
