import { readFileSync } from "node:fs";
import { join } from "node:path";
import { costOf, type StackCost } from "../../cost/cost";
import { readPrices, termsOf } from "../../cost/prices";
import { demandOf } from "../../cost/stack";
import type { Planned } from "../../engine/changes";
import { PROJECT_ROOT } from "../../project";
import { schemas } from "../../settings/schema";
import { goldenResources } from "../policy/golden";

/** Component of the program by the group that a test gives a resource. */
const COMPONENTS = { mesh: "x0tta6bl4:mesh:MeshApp", spire: "x0tta6bl4:spire:Spire" } as const;

/** A resource as a preview has it. */
export function planned(type: string, name: string, inputs: Planned["inputs"], component?: "mesh" | "spire"): Planned {
    const parent = component === undefined ? "" : `${COMPONENTS[component]}$`;
    return { urn: `urn:pulumi:staging::x0tta6bl4::${parent}${type}::${name}`, type, inputs };
}

/** What a stack of the golden files asks for, without charts. */
export function goldenPlan(stack: string): Planned[] {
    return goldenResources(stack)
        .filter(({ type }) => !type.endsWith(":Release"))
        .map(({ type, name, inputs }) => planned(type, name, inputs, name.startsWith("spire") ? "spire" : "mesh"));
}

/** What resources cost by the settings of a section `cost`, on the day of the price file. */
export async function costFor(
    resources: readonly Planned[],
    settings: unknown = {},
    { stack = "staging", today = "2026-11-28" } = {},
): Promise<StackCost> {
    const terms = termsOf(stack, schemas.cost.parse(settings), readPrices(PROJECT_ROOT));
    return costOf(stack, await demandOf(resources, stack), terms, today);
}

/** The text of a file of the project. */
export function projectText(...path: string[]): string {
    return readFileSync(join(PROJECT_ROOT, ...path), "utf8");
}
