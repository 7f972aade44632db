import { random, shuffled } from "./random";

/** What is interrupted. `up`: a first update; `update`: one of a running stack; `recover`: a recovery of an interrupted update. */
export type Operation = "up" | "update" | "refresh" | "destroy" | "import" | "recover";

/** A process that is killed; `group`: the CLI with all of its children, as in a crash. */
export type KillVictim = "cli" | "group" | "kubernetes" | "random" | "language" | "program" | "pack";

/**
 * What goes wrong. `lost`: the API server carries a change out, and its answer does not arrive. `second`: another update and a
 * recovery begin. `changed`, `deleted`, `held`: what another user does to an object between preview and update; `held`: a finalizer. `ahead`,
 * `behind`: the clock of this machine, against that of the API server.
 */
export type Fault =
    | { readonly kind: "kill"; readonly victim: KillVictim }
    | { readonly kind: "server"; readonly trouble: "stopped" | "slow" | "lost" | "429" | "500" | "409" }
    | { readonly kind: "etcd" }
    | { readonly kind: "disk" }
    | { readonly kind: "second" }
    | { readonly kind: "object"; readonly trouble: "changed" | "deleted" | "held" }
    | { readonly kind: "clock"; readonly trouble: "ahead" | "behind" };

/** One case. */
export interface FaultCase {
    /** Seed of the run. */
    readonly seed: number;
    /** Number of the case in the run, from 1. */
    readonly index: number;
    readonly operation: Operation;
    readonly fault: Fault;
    /** The fault begins after the engine has begun with this many objects ... */
    readonly begun: number;
    /** ... and this much later (ms). */
    readonly delayMs: number;
    /** How long a fault of the API server lasts (ms). */
    readonly lastsMs: number;
}

/** Number of objects that the engine begins with at most, so that most faults are before its end. */
const BEGUN: Readonly<Record<Operation, number>> = {
    up: 14,
    update: 5,
    refresh: 8,
    destroy: 12,
    import: 1,
    recover: 14,
};

const KILLS: Readonly<Record<Operation, readonly KillVictim[]>> = {
    up: ["cli", "group", "kubernetes", "random", "language", "program", "pack"],
    update: ["cli", "group", "kubernetes", "random", "language", "program", "pack"],
    refresh: ["cli", "group", "kubernetes"],
    destroy: ["cli", "group", "kubernetes"],
    import: ["cli", "group", "kubernetes"],
    recover: ["group"],
};

/** Troubles of every request. */
const ALL_REQUESTS = ["stopped", "slow", "429", "500"] as const;

/** Troubles of changes only; a refresh makes none. */
const CHANGES_ONLY = ["lost", "409"] as const;

/** Every operation with every fault that can happen to it. */
export const PAIRS: readonly (readonly [Operation, Fault])[] = [
    ...(Object.keys(KILLS) as Operation[]).flatMap((operation) =>
        KILLS[operation].map((victim): [Operation, Fault] => [operation, { kind: "kill", victim }]),
    ),
    ...(["up", "update", "refresh", "destroy", "recover"] as const).flatMap((operation) =>
        (operation === "refresh" ? ALL_REQUESTS : [...ALL_REQUESTS, ...CHANGES_ONLY]).map(
            (trouble): [Operation, Fault] => [operation, { kind: "server", trouble }],
        ),
    ),
    ...(["up", "update", "destroy"] as const).flatMap((operation): [Operation, Fault][] => [
        [operation, { kind: "etcd" }],
        [operation, { kind: "disk" }],
    ]),
    ...(["up", "update"] as const).map((operation): [Operation, Fault] => [operation, { kind: "second" }]),
    ...(["changed", "deleted", "held"] as const).map((trouble): [Operation, Fault] => [
        "update",
        { kind: "object", trouble },
    ]),
    ["destroy", { kind: "object", trouble: "held" }],
    ["up", { kind: "clock", trouble: "ahead" }],
    ["up", { kind: "clock", trouble: "behind" }],
];

/** A case of a run: the pairs in a random order, again and again, each time at another moment. */
export function caseOf(seed: number, index: number): FaultCase {
    const round = Math.floor((index - 1) / PAIRS.length);
    const order = shuffled(PAIRS, random(seed + round * 7_919));
    const [operation, fault] = order[(index - 1) % PAIRS.length] ?? ["up", { kind: "kill", victim: "cli" }];
    const draw = random(seed * 100_003 + index);
    return {
        ...{ seed, index, operation, fault },
        begun: Math.floor(draw() * BEGUN[operation]),
        delayMs: Math.floor(draw() * 400),
        lastsMs: 500 + Math.floor(draw() * 3_000),
    };
}

/** A case, for people. */
export function describeCase({ operation, fault, begun, delayMs }: FaultCase): string {
    const what =
        fault.kind === "kill"
            ? `${fault.victim} killed`
            : "trouble" in fault
              ? `${fault.kind} ${fault.trouble}`
              : fault.kind;
    return `${operation}, ${what}, ${delayMs} ms after object ${begun}`;
}
