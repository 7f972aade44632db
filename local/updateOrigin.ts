import { statSync } from "node:fs";
import { join } from "node:path";
import type { Build } from "../engine/buildOnce";
import { STAND_INS } from "../engine/standIns";
import type { StackFile } from "../engine/stackFile";
import { currentBundle } from "../loader/bundle.cjs";
import { hash } from "../loader/origin.cjs";
import type { LocalPaths } from "../process/paths";

/** What decides an update of a stack, beside its state. */
export type UpdateOrigin = Pick<Build, "root" | "inputs" | "values">;

/** Variables that a program, a policy, a plugin or Helm reads. */
const VARIABLES = /^(X0TTA6BL4_|PULUMI_|HELM_|KUBE|NODE_|PATH$)/;

/**
 * What decides an update on the embedded cluster: the program and the policies as they are built, settings (with the hash
 * of a packed chart), packages, tools, plugins, the environment, and the day, since exceptions from policies expire.
 * @param file The stack file that the CLI is given.
 * @param env Environment of the CLI.
 * @param pulumi Path of the CLI.
 */
export async function updateOrigin(
    paths: LocalPaths,
    file: StackFile,
    env: NodeJS.ProcessEnv,
    pulumi: string,
): Promise<UpdateOrigin> {
    const environment = Object.entries(env).filter(([name]) => VARIABLES.test(name));
    return {
        root: "/",
        inputs: [
            join(paths.checkout, "Pulumi.yaml"),
            join(paths.checkout, "program.cjs"),
            join(paths.checkout, "node_modules", ".package-lock.json"),
            join(paths.checkout, "policy", "bin", "built.json"),
            join(STAND_INS, "built.json"),
        ],
        values: {
            // The update itself reports why a program cannot be built.
            program: await currentBundle(paths.checkout).then(
                ({ code }) => hash(code),
                () => "not built",
            ),
            // Not the bytes of the file: the CLI adds its salt.
            settings: hash(JSON.stringify(file.config)),
            // A hash, since a variable may hold a credential.
            environment: hash(JSON.stringify(environment.sort())),
            pulumi: stamp(pulumi),
            helm: stamp(env.X0TTA6BL4_HELM),
            day: new Date().toISOString().slice(0, 10),
        },
    };
}

/** Identifies an executable without reading all of it. */
function stamp(path: string | undefined): string {
    const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
    return found === undefined ? "none" : `${found.size} bytes of ${found.mtimeMs}`;
}
