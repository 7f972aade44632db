import { z } from "zod";
import { SERVICES } from "../../components/monitoring/names";
import { failed, judge, type Outcome } from "../outcome";
import { ApiRefusal } from "./api";
import type { DeepCheck } from "./check";
import { type Flow, flowsOf, type Listening, type Origin, OUTSIDE_PORT } from "./flows";
import { type Lab, perLab } from "./lab";
import { POD_LIFE_SECONDS } from "./probePod";
import { RESULTS } from "./tasks";

const TOPIC = "Network";
const LOOK = "get networkpolicies";

/** Time for which unexpected results are retried (s): a network plugin may program a new pod's rules with a delay. */
const SETTLE_SECONDS = 20;

/** A path, and whether it was open. */
export interface Tried {
    readonly flow: Flow;
    readonly open: boolean;
    readonly detail: string;
}

const serviceSchema = z.object({ spec: z.object({ clusterIP: z.string() }) });

/** Address of a Service; `undefined` if it is headless or missing. @throws ApiRefusal for any other response. */
async function service(lab: Lab, namespace: string, name: string, port: number): Promise<Listening | undefined> {
    try {
        const found = serviceSchema.parse(await lab.api.get(`/api/v1/namespaces/${namespace}/services/${name}`));
        return found.spec.clusterIP === "None" ? undefined : { host: found.spec.clusterIP, port };
    } catch (error) {
        if (error instanceof ApiRefusal && error.status === 404) {
            return undefined;
        }
        throw error;
    }
}

/** Tries every path from pods of each origin. */
const tried = perLab(async (lab): Promise<Tried[]> => {
    lab.progress("pods that listen and pods that connect");
    const { expected } = lab;
    const { namespace } = expected;
    const other = await lab.namespace();
    const { ports } = expected.mesh;
    const listen = (numbers: readonly number[]) =>
        ({ task: "listen", ports: [...new Set(numbers)], seconds: POD_LIFE_SECONDS }) as const;
    const targets = await Promise.all([
        lab.start({ name: "app", namespace, asApp: true, task: listen([ports.http, ports.metrics, ports.mesh]) }),
        lab.start({ name: "outside", namespace: other, asApp: false, task: listen([OUTSIDE_PORT]) }),
    ]);
    const [app, outside] = await Promise.all(
        targets.map(async (probe) => {
            await lab.reported(probe, RESULTS.ready);
            return (await lab.pod(probe, ({ status }) => status.podIP !== "")).status.podIP;
        }),
    );
    const monitoring = Object.entries(SERVICES).map(async ([name, { name: of, port }]) => {
        const found = await service(lab, expected.monitoring.settings.namespace, of, port);
        return found === undefined ? [] : [[name, found] as const];
    });
    const flows = flowsOf(expected, {
        app: app ?? "",
        outside: outside ?? "",
        apiServer: (await service(lab, "default", "kubernetes", 443)) ?? { host: "kubernetes.default.svc", port: 443 },
        spire: await service(lab, expected.spire.serverNamespace, "spire-server", expected.spirePort),
        monitoring: Object.fromEntries((await Promise.all(monitoring)).flat()),
    });
    const origins: readonly Origin[] = ["app", "neighbor", "outsider"];
    const answers = origins.map(async (from) => {
        const paths = flows.filter((flow) => flow.from === from);
        if (paths.length === 0) {
            return [];
        }
        const probe = await lab.start({
            name: `from-${from}`,
            namespace: from === "outsider" ? other : namespace,
            asApp: from === "app",
            task: { task: "tryPaths", paths, seconds: SETTLE_SECONDS },
        });
        const { results } = await lab.result(probe, RESULTS.paths);
        return paths.map((flow) => ({ flow, ...(results[flow.id] ?? { open: false, detail: "not tried" }) }));
    });
    return (await Promise.all(answers)).flat();
});

/** Evaluates the paths that must be open. */
export function judgeOpen(paths: readonly Tried[]): Outcome {
    const needed = paths.filter(({ flow }) => flow.open);
    return judge(
        needed
            .filter(({ open }) => !open)
            .map(({ flow, detail }) => ({ path: flow.id, expected: "open", actual: detail })),
        `${needed.length} of ${needed.length}`,
    );
}

/** Evaluates the paths that must be blocked; a cluster that blocks none of them does not enforce policies at all. */
export function judgeBlocked(paths: readonly Tried[]): Outcome {
    const forbidden = paths.filter(({ flow }) => !flow.open);
    const open = forbidden.filter(({ open: is }) => is);
    const differences = open.map(({ flow }) => ({ path: flow.id, expected: "blocked", actual: "open" }));
    const control = paths.find(({ flow }) => flow.from === "outsider" && flow.open);
    if (control?.open === false) {
        return failed(`nothing can be said: a probe cannot connect even where no policy is (${control.detail})`);
    }
    const toProbes = forbidden.filter(({ flow }) => flow.toProbe);
    return toProbes.length > 0 && toProbes.every(({ open: is }) => is)
        ? failed(
              "this cluster does not enforce NetworkPolicies: every forbidden path is open; it needs a network plugin that does, e.g. Calico or Cilium",
              differences,
          )
        : judge(differences, `${forbidden.length} of ${forbidden.length}`);
}

/** Checks of the network, from inside pods. */
export const NETWORK_CHECKS: readonly DeepCheck[] = [
    {
        topic: TOPIC,
        name: "needed paths are open",
        look: LOOK,
        containers: true,
        run: async (lab) => judgeOpen(await tried(lab)),
    },
    {
        topic: TOPIC,
        name: "forbidden paths are blocked",
        look: LOOK,
        containers: true,
        notHere: ({ mesh, spire, monitoring }) =>
            mesh.networkPolicy.enabled ||
            spire.settings.networkPolicy.enabled ||
            monitoring.settings.networkPolicy.enabled
                ? undefined
                : "NetworkPolicies are off, as set",
        run: async (lab) => judgeBlocked(await tried(lab)),
    },
];
