import type { RuleConfig } from "../../../policy/engine/options";

/** One way to break a rule: what is changed in the pod, which paths are reported, and under which options. */
export type Mutation = readonly [
    rule: string,
    changes: Record<string, unknown>,
    paths: readonly string[],
    options?: RuleConfig,
];
