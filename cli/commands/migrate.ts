import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { argumentFault, exitWith, UsageError } from "../../terminal/commandLine";
import { STACKS } from "../../settings/shared/environments";
import { adoptionOf } from "../migrate/adoption";
import { importFileSchema, onlyExisting } from "../migrate/importFile";
import { liveObjects, targetOf } from "../migrate/live";
import { migrationText } from "../migrate/text";
import { planned } from "../../engine/changes";
import { type Engine, preview } from "../../engine/preview";
import { liveEngine } from "../../pipeline/live";

const USAGE = `npx x0 migrate --stack NAME [flags]

Looks which objects of a new stack exist already, and
writes the file that imports them. Changes nothing.

  --stack NAME        ${STACKS.join(" or ")}
  --output FILE       the file (import.json)
  --config-file FILE  stack file, if not Pulumi.NAME.yaml
  --help              print this

Exit code: 0 done; 1 it failed; 2 wrong arguments`;

/** Finds what a stack can take over. @returns what to do next, for people. @throws Error with the program's own message. */
export async function migrate(engine: Engine, output: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-import-"));
    try {
        const all = join(folder, "import.json");
        const { steps, errors } = await preview(engine, ["--import-file", all]);
        if (errors.length > 0) {
            throw new Error(errors.join("\n"));
        }
        const target = targetOf(steps);
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
        return migrationText(adoptions, target, engine, output);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** `npx x0 migrate`: exit code 0 done, 1 failed, 2 wrong arguments. */
async function main(argv: readonly string[]): Promise<number> {
    let values;
    try {
        const text = { type: "string" } as const;
        const options = { stack: text, output: text, "config-file": text, help: { type: "boolean" } } as const;
        ({ values } = parseArgs({ args: [...argv], options }));
    } catch (error) {
        throw new UsageError(`${argumentFault(error)}.`, USAGE);
    }
    if (values.help === true) {
        console.log(USAGE);
        return 0;
    }
    if (values.stack === undefined || !STACKS.includes(values.stack)) {
        throw new UsageError(`--stack must be ${STACKS.join(" or ")}.`, USAGE);
    }
    console.log(await migrate(liveEngine(values.stack, values["config-file"]), values.output ?? "import.json"));
    return 0;
}

if (require.main === module) {
    exitWith(main(process.argv.slice(2)));
}
