import { readFileSync } from "node:fs";
import * as path from "node:path";
import { CHART } from "../support/chart";
import type { Registered } from "../support/program";
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

/** Resources that a stack sends to the engine; the Helm release only if its chart is available. */
export function goldenResources(stack: string): GoldenResource[] {
    const file = path.join(__dirname, "..", "golden", `${stack}.json`);
    return withChart(JSON.parse(readFileSync(file, "utf8")) as GoldenResource[]);
}

/** Resources of a run of the program, in the form of a golden file. */
export function asGolden(resources: readonly Registered[]): GoldenResource[] {
    return JSON.parse(JSON.stringify(resources)) as GoldenResource[];
}

/** The release with its chart from the file; without a file, the stack without the release. */
export function withChart<T extends { readonly type: string; readonly inputs: object }>(resources: readonly T[]): T[] {
    return resources.flatMap((resource) => {
        if (!resource.type.endsWith(":Release")) {
            return [resource];
        }
        if (CHART === undefined) {
            return [];
        }
        return [{ ...resource, inputs: { ...resource.inputs, chart: CHART, version: "", repositoryOpts: {} } }];
    });
}
