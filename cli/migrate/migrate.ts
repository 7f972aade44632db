import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planned } from "../../engine/changes";
import { type Engine, preview } from "../../engine/preview";
import { liveEngine } from "../../pipeline/live";
import { CannotRun } from "../../errors";
import { EXIT } from "../../terminal/commandLine";
import { printJson } from "../command";
import { type Adoption, adoptionOf } from "./adoption";
import { importFileSchema, onlyExisting } from "./importFile";
import { liveObjects, providerTarget } from "./live";
import { migrationText } from "./text";
import { shellCommand } from "../../shell";

/** Options of `x0 migrate`. */
export interface MigrateOptions {
    readonly stack: string;
    readonly output: string;
    readonly configFile?: string;
    readonly json?: boolean;
}

/** Objects that a stack can import. */
export interface Migration {
    /** Objects that exist already. */
    readonly adoptions: readonly Adoption[];
    /** Next steps. */
    readonly text: string;
}

/**
 * Finds the objects that a stack can import, and writes the import file.
 * @throws CannotRun with the program's own message when its preview fails.
 */
export async function migrate(engine: Engine, output: string): Promise<Migration> {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-import-"));
    try {
        const all = join(folder, "import.json");
        const { steps, errors } = await preview(engine, ["--import-file", all]);
        if (errors.length > 0) {
            throw new CannotRun(errors.join("\n"), shellCommand("npx", "x0", "doctor", "--stack", engine.stack));
        }
        const target = providerTarget(steps);
        const created = planned(steps.filter(({ op }) => op === "create"));
        const live = await liveObjects(target, created);
        const adoptions = created.flatMap((resource) => {
            const object = live.get(resource.urn);
            return object === undefined ? [] : [adoptionOf(resource, object)];
        });
        const importable = adoptions.filter(({ blocked }) => blocked === undefined);
        if (importable.length > 0) {
            const file = importFileSchema.parse(JSON.parse(readFileSync(all, "utf8")));
            writeFileSync(output, `${JSON.stringify(onlyExisting(file, importable), undefined, 2)}\n`);
        }
        return { adoptions, text: migrationText(adoptions, target, engine, output) };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/**
 * Writes the import file of a stack, and prints the next steps.
 * @returns the exit code.
 */
export async function migrateStack({ stack, output, configFile, json }: MigrateOptions): Promise<number> {
    const { adoptions, text } = await migrate(liveEngine(stack, configFile), output);
    if (json === true) {
        printJson({ stack, file: output, objects: adoptions });
    } else {
        console.log(text);
    }
    return EXIT.done;
}
