import type { RuleConfig } from "../../../policy/engine/options";

/** A violation of a rule: the change to the pod, the reported paths, and the options. */
export type Mutation = readonly [
    rule: string,
    changes: Record<string, unknown>,
    paths: readonly string[],
    options?: RuleConfig,
];
