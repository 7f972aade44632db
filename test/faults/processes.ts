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
 * Kills the processes of one kind that belong to a run, which is known by a variable in their environment.
 * @returns how many.
 */
export async function killKind(victim: Exclude<KillVictim, "cli" | "group">, variable: string): Promise<number> {
    const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
    const killed = await Promise.all(
        pids.map(async (pid) => {
            const [line, environment] = await Promise.all(
                ["cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
            );
            const own = environment?.split("\0").includes(variable) === true && PATTERNS[victim].test(line ?? "");
            if (own) {
                try {
                    process.kill(Number(pid), "SIGKILL");
                    return 1;
                } catch {
                    // It ended by itself.
                }
            }
            return 0;
        }),
    );
    return killed.filter((count) => count === 1).length;
}
