/** What a stack's name determines: the environment and every object name that other tools rely on. */
export interface Environment {
    /** Stack name, e.g. `staging`. */
    readonly stack: string;
    /** Value of the `environment` label, e.g. `production`. */
    readonly name: string;
    /** Prefix of the mesh's namespaced objects, e.g. `prod-`. */
    readonly prefix: string;
    /** Default namespace of the mesh, and suffix of its ClusterRole's name. */
    readonly namespace: string;
}

const ENVIRONMENTS: ReadonlyMap<string, Environment> = new Map([
    ["staging", { stack: "staging", name: "staging", prefix: "staging-", namespace: "x0tta6bl4-staging" }],
    ["prod", { stack: "prod", name: "production", prefix: "prod-", namespace: "x0tta6bl4-production" }],
]);

/** Names of the stacks that this program can deploy. */
export const STACKS: readonly string[] = [...ENVIRONMENTS.keys()];

/** The environment of a stack; `undefined` if the stack is not one of {@link STACKS}. */
export function environmentOf(stack: string): Environment | undefined {
    return ENVIRONMENTS.get(stack);
}
