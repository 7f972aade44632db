import { readFileSync } from "node:fs";
import * as path from "node:path";
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

/** What a stack sends to the engine, without Helm releases, whose charts may be out of reach here. */
export function goldenResources(stack: string): GoldenResource[] {
    const file = path.join(__dirname, "..", "golden", `${stack}.json`);
    const resources = JSON.parse(readFileSync(file, "utf8")) as GoldenResource[];
    return resources.filter(({ type }) => type !== "kubernetes:helm.sh/v3:Release");
}
