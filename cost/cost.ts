import { times } from "../policy/cost/amounts";
import {
    type Bound,
    claimMonthly,
    type CostTerms,
    monthlyOf,
    podsOf,
    type Scenario,
    scenarioOf,
} from "../policy/cost/estimate";
import { allocatableOf } from "../policy/cost/node";
import type { PodGroup } from "../policy/cost/pods";
import { daysTooOld } from "../policy/cost/prices";
import { PRICES_FILE } from "../policy/cost/settings";
import type { StackDemand } from "./stack";

/** The bounds of autoscalers, in the words of the settings. */
export const BOUNDS = { minimum: "least", maximum: "most" } as const satisfies Record<string, Bound>;

/** See {@link BOUNDS}. */
export type BoundName = keyof typeof BOUNDS;

/** A value at the minimum and at the maximum of the autoscalers. */
export type ByBound<T> = Readonly<Record<BoundName, T>>;

/** One object that makes pods or a volume. */
export interface ObjectCost {
    /** Component of the program, e.g. `mesh`. */
    readonly component: string;
    /** The object, e.g. `Deployment shop/web`. */
    readonly object: string;
    /** What the scheduler reserves for one pod: thousandths of a core, and bytes. */
    readonly requests: { readonly cpu: number; readonly memory: number };
    /** Most that one pod may use; a part is left out where a container has no limit. */
    readonly limits: { readonly cpu?: number; readonly memory?: number };
    /** How many pods; `perNode` where each node has one. */
    readonly pods: ByBound<number>;
    /** Whether each node has one pod. */
    readonly perNode: boolean;
    /** Bytes of volumes for each pod, or of the object itself. */
    readonly storageBytes: number;
    /** Its requests' part of the nodes' price and its volumes, for a month. */
    readonly monthly: ByBound<number>;
}

/** What a stack needs at a bound, as plain data. */
export type ScenarioCost = Omit<Scenario, "tooLarge">;

/** What a stack needs and costs. */
export interface StackCost {
    /** The stack. */
    readonly stack: string;
    /** Currency of all amounts. */
    readonly currency: string;
    /** Day of the prices. */
    readonly pricesDate: string;
    /** The nodes: type, price of an hour, and what pods can request on one. */
    readonly node: {
        readonly type: string;
        readonly hourly: number;
        readonly source: string;
        readonly allocatable: { readonly cpu: number; readonly memory: number };
    };
    /** All nodes and volumes. */
    readonly scenarios: ByBound<ScenarioCost>;
    /** What makes pods or volumes, by component. */
    readonly objects: readonly ObjectCost[];
    /** What the estimate leaves out or is unsure of, as sentences. */
    readonly notes: readonly string[];
    /** Objects whose pods fit on no node of the type. */
    readonly tooLarge: readonly string[];
}

/**
 * What a stack costs.
 * @param today Day as `YYYY-MM-DD` that the age of the prices is measured at.
 */
export function costOf(stack: string, demand: StackDemand, terms: CostTerms, today: string): StackCost {
    const { node, prices } = terms;
    const found = {
        minimum: scenarioOf(demand, terms, BOUNDS.minimum),
        maximum: scenarioOf(demand, terms, BOUNDS.maximum),
    };
    const tooLarge = [...new Set([...found.minimum.tooLarge, ...found.maximum.tooLarge])];
    const ofPods = demand.groups.map((group): ObjectCost => {
        const monthly = (name: BoundName) => {
            const pods = podsOf(group, BOUNDS[name], found[name].nodes);
            const volumes = group.claims.reduce((sum, claim) => sum + claimMonthly(claim, prices), 0);
            return tooLarge.includes(group) ? 0 : monthlyOf(times(group.requests, pods), terms) + pods * volumes;
        };
        const pods = (name: BoundName) => podsOf(group, BOUNDS[name], found[name].nodes);
        return {
            component: demand.componentOf(group.source),
            object: group.object,
            requests: group.requests,
            limits: group.limits,
            pods: { minimum: pods("minimum"), maximum: pods("maximum") },
            perNode: group.perNode,
            storageBytes: group.claims.reduce((sum, { bytes }) => sum + bytes, 0),
            monthly: { minimum: monthly("minimum"), maximum: monthly("maximum") },
        };
    });
    const ofClaims = demand.claims.map((claim): ObjectCost => {
        const monthly = claimMonthly(claim, prices);
        return {
            component: demand.componentOf(claim.source),
            object: claim.object,
            requests: { cpu: 0, memory: 0 },
            limits: {},
            pods: { minimum: 0, maximum: 0 },
            perNode: false,
            storageBytes: claim.bytes,
            monthly: { minimum: monthly, maximum: monthly },
        };
    });
    const objects = [...ofPods.filter(isCounted), ...ofClaims];
    return {
        stack,
        currency: prices.currency,
        pricesDate: prices.date,
        node: { type: node.name, hourly: node.hourly, source: node.source, allocatable: allocatableOf(node) },
        scenarios: { minimum: plain(found.minimum), maximum: plain(found.maximum) },
        objects: objects.toSorted(
            (a, b) => compareTexts(a.component, b.component) || b.monthly.maximum - a.monthly.maximum,
        ),
        notes: [...ageNotes(terms, today), ...placementNotes(demand.groups)],
        tooLarge: tooLarge.map(({ object }) => object),
    };
}

/** Pods that end by themselves are in no sum: they only need room. */
function isCounted({ pods, perNode }: ObjectCost): boolean {
    return perNode || pods.maximum > 0;
}

function compareTexts(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function plain(scenario: Scenario): ScenarioCost {
    const { nodes, capacity, used, reserved, idle, storageBytes, storageMonthly, monthly } = scenario;
    return { nodes, capacity, used, reserved, idle, storageBytes, storageMonthly, monthly };
}

function ageNotes({ prices }: CostTerms, today: string): string[] {
    const days = daysTooOld(prices, today);
    return days === undefined
        ? []
        : [
              `The prices are ${days} days old, and ${PRICES_FILE} allows ${prices.maximumAgeDays}: check them, and set date in that file.`,
          ];
}

function placementNotes(groups: readonly PodGroup[]): string[] {
    const ignored = groups.filter(({ placement, perNode }) => placement.ignored.length > 0 && !perNode);
    return ignored.map(
        ({ object, placement }) =>
            `${object}: ${placement.ignored.join(", ")} is not taken into account, since it depends on the labels of your nodes.`,
    );
}
