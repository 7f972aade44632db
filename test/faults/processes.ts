import { readdir, readFile } from "node:fs/promises";
import type { KillVictim } from "./cases";

/** How each victim's command line is known. */
const PATTERNS: Readonly<Record<Exclude<KillVictim, "cli" | "group">, RegExp>> = {
    kubernetes: /pulumi-resource-kubernetes/,
    random: /pulumi-resource-random/,
    language: /pulumi-language-nodejs/,
    program: /\/cmd\/run\/index\.js/,
    pack: /run-policy-pack/,
};

/**
 * The processes of one kind that belong to a run, which is known by a variable in their environment. They are found before
 * the moment of the kill, since that takes half a second on a loaded machine.
 */
export async function findKind(victim: Exclude<KillVictim, "cli" | "group">, variable: string): Promise<number[]> {
    const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
    const own = await Promise.all(
        pids.map(async (pid) => {
            const [line = "", environment = ""] = await Promise.all(
                ["cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
            );
            return environment.split("\0").includes(variable) && PATTERNS[victim].test(line);
        }),
    );
    return pids.filter((_, place) => own[place]).map(Number);
}
