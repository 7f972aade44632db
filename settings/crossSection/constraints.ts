import { fault } from "../shared/constraints";
import { formatDuration, parseDuration } from "../shared/duration";
import type { Fault } from "../shared/faults";
import { shownName } from "../shared/given";
import type { Environment } from "../shared/environments";
import type { MeshSettings, MonitoringSettings, SpireSettings } from "../schema";
import { analysisHasPrometheus } from "./delivery";
import { SOCKET_DIRECTORY } from "../spire/constraints";
import { serviceMeshAcrossSections } from "./serviceMesh";

/** The sections of a stack to which the constraints apply. */
export interface Sections {
    readonly mesh: MeshSettings;
    readonly spire: SpireSettings;
    readonly monitoring: MonitoringSettings;
    /** Environment of the stack; `undefined` for an unknown stack. */
    readonly environment: Environment | undefined;
}

type Constraint = (stack: string, sections: Sections) => Fault[];

/** Constraints across settings of several sections; each returns the faults that it finds. */
const CONSTRAINTS: readonly Constraint[] = [
    namespacesDiffer,
    socketIsTheAgents,
    prometheusMayScrape,
    certificateAlertIsRare,
    serviceMeshAcrossSections,
    analysisHasPrometheus,
];

/** Faults of sections that are individually valid but conflict with each other. */
export function crossSectionFaults(stack: string, sections: Sections): Fault[] {
    return CONSTRAINTS.flatMap((constraint) => constraint(stack, sections));
}

/** Each namespace has its own Pod Security level, so two components cannot share one. */
function namespacesDiffer(stack: string, { mesh, spire, monitoring, environment }: Sections): Fault[] {
    const owners = new Map<string, string>();
    const namespaces: [string, string | undefined][] = [
        ["mesh.namespace", mesh.namespace ?? environment?.namespace],
        ["spire.serverNamespace", spire.serverNamespace],
        ["spire.systemNamespace", spire.systemNamespace],
        ...(monitoring.enabled
            ? Object.entries({
                  "monitoring.namespace": monitoring.namespace,
                  "monitoring.nodeNamespace": monitoring.nodeNamespace,
              })
            : []),
    ];
    return namespaces.flatMap(([key, namespace]) => {
        if (namespace === undefined) {
            return [];
        }
        const owner = owners.get(namespace);
        owners.set(namespace, owner ?? key);
        const allowed = `different from ${owner ?? ""}: each namespace has its own Pod Security level`;
        return owner === undefined ? [] : [fault(stack, key, namespace, allowed, "NAMESPACE")];
    });
}

function socketIsTheAgents(stack: string, { mesh: { spireSocket } }: Sections): Fault[] {
    return spireSocket.type === "hostPath" && spireSocket.path !== SOCKET_DIRECTORY
        ? [
              fault(
                  stack,
                  "mesh.spireSocket.path",
                  spireSocket.path,
                  `${SOCKET_DIRECTORY} while mesh.spireSocket.type is hostPath: the agents create their socket there`,
                  SOCKET_DIRECTORY,
              ),
          ]
        : [];
}

/** The NetworkPolicies of the scrape targets must allow ingress from the namespace of Prometheus. */
function prometheusMayScrape(stack: string, { monitoring, mesh, spire }: Sections): Fault[] {
    if (!monitoring.enabled || monitoring.chart.type === "existing") {
        return [];
    }
    const closed = [
        ...(mesh.metrics.enabled && mesh.networkPolicy.enabled ? [["mesh", mesh] as const] : []),
        ...(spire.enabled && spire.networkPolicy.enabled ? [["spire", spire] as const] : []),
    ];
    return closed
        .filter(([, { networkPolicy }]) => networkPolicy.metricsFromNamespace !== monitoring.namespace)
        .map(([section, { networkPolicy }]) =>
            fault(
                stack,
                `${section}.networkPolicy.metricsFromNamespace`,
                networkPolicy.metricsFromNamespace,
                `equal to monitoring.namespace (${shownName(monitoring.namespace, "see there")}), or Prometheus cannot scrape`,
                shownName(monitoring.namespace, "NAMESPACE"),
            ),
        );
}

/** Share of an SVID's lifetime that remains when it is renewed: SPIRE renews at half of it. */
const LEFT_AT_RENEWAL = 0.5;

/**
 * The mesh's certificate is its SVID, so a valid one has between half and all of its lifetime left. A threshold of more
 * than half of it would fire before each renewal, and one of more than all of it permanently.
 */
function certificateAlertIsRare(stack: string, { mesh, spire, monitoring }: Sections): Fault[] {
    const { certificateRemaining } = monitoring.alerts;
    const [key, ttl] =
        spire.meshIdentity.ttl === undefined
            ? ["spire.server.svidTtl", spire.server.svidTtl]
            : ["spire.meshIdentity.ttl", spire.meshIdentity.ttl];
    const life = parseDuration(ttl) ?? 0;
    const alert = parseDuration(certificateRemaining) ?? 0;
    // The SVID TTL of another stack's SPIRE is unknown, and without a socket the app has no SVID.
    if (!spire.enabled || mesh.spireSocket.type === "none" || !monitoring.enabled || alert < life * LEFT_AT_RENEWAL) {
        return [];
    }
    const least = formatDuration(alert / LEFT_AT_RENEWAL + 60);
    return [
        fault(
            stack,
            key,
            ttl,
            `more than twice monitoring.alerts.certificateRemaining (${certificateRemaining}): an SVID is renewed at half of its life, ` +
                "so the alert on its certificate would fire while all is well; or set a shorter certificateRemaining",
            least,
        ),
    ];
}
