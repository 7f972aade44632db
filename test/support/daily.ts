import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runX0 } from "../../cli/x0";
import type { LocalPaths } from "../../process/paths";
import { lazyImports } from "./lazyImports";

/** Output and exit code of a command. */
interface Printed {
    readonly code: number;
    readonly text: string;
}

/** An environment without the user's Pulumi: a test of the embedded stack must never find a real one of the same name. */
export function withoutPulumi(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
    const folders = (env.PATH ?? "").split(delimiter).filter((folder) => !existsSync(join(folder, "pulumi")));
    return { ...env, PATH: folders.join(delimiter) };
}

/** Runs `x0` in this process, without a terminal, on an embedded run's stack. */
export async function runCommand(argv: readonly string[], paths: LocalPaths): Promise<Printed> {
    await lazyImports;
    const lines: string[] = [];
    const { log, error } = console;
    const terminal = { columns: 100, colour: false, interactive: false };
    const keep = (...parts: unknown[]) => {
        lines.push(parts.join(" "));
    };
    Object.assign(console, { log: keep, error: keep });
    try {
        const code = await runX0(argv, { paths, terminal, env: withoutPulumi() });
        return { code, text: lines.join("\n") };
    } finally {
        Object.assign(console, { log, error });
    }
}
