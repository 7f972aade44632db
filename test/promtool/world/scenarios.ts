import type { MeshWorld, Pod } from "./mesh";
import type { PlatformWorld } from "./platform";
import type { Timeline } from "./timeline";

/** An event in a stack, and the alerts that it may cause. */
export interface Scenario {
    /** Description of the event. */
    readonly title: string;
    readonly mesh: MeshWorld;
    readonly platform: PlatformWorld;
    /** Length (min). */
    readonly minutes: number;
    /** Times (s) between which Prometheus is down. */
    readonly blind?: { readonly from: number; readonly until: number };
    /** Own alerts that fire at some time, as `name severity`; none when left out. */
    readonly fires?: readonly string[];
    /** Those that still fire at the end. */
    readonly endsWith?: readonly string[];
}

/** Long before Prometheus: a stack that has existed for a day. */
const LONG_AGO = -86_400;

const SETTLED: PlatformWorld = { spireCreated: LONG_AGO, spireReady: LONG_AGO };

const always =
    (value: number): Timeline =>
    () =>
        value;

const old = (name: string, more: Partial<Pod> = {}): Pod => ({ name, started: -7_200, ...more });

const A = old("x0tta6bl4-1-a");
const B = old("x0tta6bl4-1-b");

const RUNNING = { wanted: always(2), created: LONG_AGO, servesMetrics: true } as const;

/**
 * A first deployment, in the order that a real node has shown: Prometheus answers first, SPIRE is ready after a minute,
 * then the mesh is made, waits 20 s for its identity and starts for 32 s.
 */
function firstInstall(pod: Partial<Pod>): Pick<Scenario, "mesh" | "platform" | "minutes"> {
    const created = 70;
    const started = created + 20;
    return {
        mesh: {
            pods: [
                { name: "x0tta6bl4-1-a", started, ...pod },
                { name: "x0tta6bl4-1-b", started, ...pod },
            ],
            wanted: always(2),
            created,
            servesMetrics: true,
        },
        platform: { spireCreated: 0, spireReady: 60 },
        minutes: 35,
    };
}

/** Alerts on a mesh that never became available, once its first pods have had time to start. */
const NEVER_STARTS = [
    "X0tta6bl4CpuPressure warning",
    "X0tta6bl4ErrorBudgetBurn critical",
    "X0tta6bl4HighErrorRate warning",
    "X0tta6bl4MeshDown critical",
];

/** Every scenario; what does not fire in it is as much its claim as what does. */
export const SCENARIOS: readonly Scenario[] = [
    { title: "a first deployment", ...firstInstall({}) },
    { title: "a first deployment without a startup probe", ...firstInstall({ startupProbe: false }) },
    {
        title: "a first deployment on a node so busy that the app takes four and a half minutes to start",
        ...firstInstall({ serves: 90 + 270 }),
    },
    {
        title: "a first deployment that waits eight minutes for SPIRE",
        mesh: {
            pods: [
                { name: "x0tta6bl4-1-a", started: 520 },
                { name: "x0tta6bl4-1-b", started: 520 },
            ],
            wanted: always(2),
            created: 500,
            servesMetrics: true,
        },
        platform: { spireCreated: 0, spireReady: 480 },
        minutes: 45,
    },
    {
        title: "a first deployment whose app records its requests, the refused probes among them",
        ...firstInstall({}),
        mesh: { ...firstInstall({}).mesh, requestRate: 2 },
    },
    {
        title: "a first deployment whose pods never start, whatever CPU they use",
        ...firstInstall({ serves: 1e9 }),
        fires: NEVER_STARTS,
        endsWith: NEVER_STARTS,
    },
    {
        title: "a rollout, one new pod at a time",
        mesh: {
            ...RUNNING,
            pods: [
                { ...A, ends: 660 },
                { name: "x0tta6bl4-2-a", started: 620 },
                { ...B, ends: 730 },
                { name: "x0tta6bl4-2-b", started: 690 },
            ],
        },
        platform: SETTLED,
        minutes: 60,
    },
    {
        // No setting allows 0 pods, so scaling to 0 is an outage: users receive no responses.
        title: "scaled to zero by hand for six minutes, and back",
        mesh: {
            ...RUNNING,
            wanted: (seconds) => (seconds >= 1_200 && seconds < 1_560 ? 0 : 2),
            pods: [
                { ...A, ends: 1_200 },
                { ...B, ends: 1_200 },
                { name: "x0tta6bl4-1-c", started: 1_580 },
                { name: "x0tta6bl4-1-d", started: 1_580 },
            ],
        },
        platform: SETTLED,
        minutes: 90,
        fires: [
            "X0tta6bl4ErrorBudgetBurn critical",
            // Six minutes of a day are four times what the objective allows.
            "X0tta6bl4ErrorBudgetBurn warning",
            "X0tta6bl4HighErrorRate warning",
            "X0tta6bl4MeshDown critical",
        ],
        // Until the outage is two hours old.
        endsWith: ["X0tta6bl4ErrorBudgetBurn warning"],
    },
    {
        title: "the drain of a node, whose agent is away for five minutes",
        mesh: {
            ...RUNNING,
            pods: [{ ...A, ends: 600 }, B, { name: "x0tta6bl4-1-c", started: 640 }],
        },
        platform: { ...SETTLED, agentGone: { from: 660, until: 960 } },
        minutes: 60,
    },
    {
        title: "a restart of Prometheus that takes three minutes",
        mesh: { ...RUNNING, pods: [A, B] },
        platform: SETTLED,
        minutes: 60,
        blind: { from: 900, until: 1_080 },
    },
    {
        // The Service leaves it out after two probes, so users lose no more than ten seconds of its requests.
        title: "one pod of two that answers nothing any more",
        mesh: { ...RUNNING, pods: [A, { ...B, hangs: 900 }] },
        platform: SETTLED,
        minutes: 60,
        fires: ["X0tta6bl4ReplicasMissing warning"],
        endsWith: ["X0tta6bl4ReplicasMissing warning"],
    },
    {
        title: "one pod of two that is gone and cannot be placed",
        mesh: { ...RUNNING, pods: [A, { ...B, ends: 900 }] },
        platform: SETTLED,
        minutes: 60,
        fires: ["X0tta6bl4ReplicasMissing warning"],
        endsWith: ["X0tta6bl4ReplicasMissing warning"],
    },
    {
        title: "counters that start at 0 again, with traffic",
        mesh: {
            ...RUNNING,
            pods: [{ ...A, countersResetAt: 1_500, restarts: [1_468] }, B],
            requestRate: 5,
        },
        platform: SETTLED,
        minutes: 60,
    },
    { title: "no traffic", mesh: { ...RUNNING, pods: [A, B], requestRate: 0 }, platform: SETTLED, minutes: 60 },
    {
        title: "an app that serves no metrics",
        mesh: { ...RUNNING, pods: [A, B], servesMetrics: false },
        platform: SETTLED,
        minutes: 60,
        fires: ["X0tta6bl4MetricsMissing warning"],
        endsWith: ["X0tta6bl4MetricsMissing warning"],
    },
];
