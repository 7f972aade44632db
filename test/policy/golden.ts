import { readFileSync } from "node:fs";
import * as path from "node:path";
import { CHART } from "../support/chart";
import type { Props } from "./analyzer";

/** A resource of a golden file. */
export interface GoldenResource {
    /** Type token. */
    readonly type: string;
    /** Name in the program. */
    readonly name: string;
    /** Inputs. */
    readonly inputs: Props;
}

/** What a stack sends to the engine; the Helm release only where its chart is at hand. */
export function goldenResources(stack: string): GoldenResource[] {
    const file = path.join(__dirname, "..", "golden", `${stack}.json`);
    return (JSON.parse(readFileSync(file, "utf8")) as GoldenResource[]).flatMap(withChart);
}

/** The release with its chart from the file; a stack without it where there is no file. */
function withChart({ type, name, inputs }: GoldenResource): GoldenResource[] {
    if (!type.endsWith(":Release")) return [{ type, name, inputs }];
    if (CHART === undefined) return [];
    return [{ type, name, inputs: { ...inputs, chart: CHART, version: "", repositoryOpts: {} } }];
}
