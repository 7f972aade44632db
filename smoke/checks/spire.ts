import { BUNDLE_KEY } from "../../components/spire/names";
import { IDENTITY_WAIT } from "../../components/mesh/identity";
import { type Check } from "../check";
import { judge, passed, skipped, type Outcome } from "../outcome";
import { judging } from "../cluster/lookup";
import { nothingRuns } from "../cluster/nodes";
import type { Snapshot } from "../cluster/snapshot";
import { same } from "../compare";
import { servingVersion } from "../serving";
import { onEveryNode } from "./workloads";
import { counted } from "../../terminal/counted";

const TOPIC = "SPIRE";
const LOOK = "get statefulsets,daemonsets --all-namespaces --selector app.kubernetes.io/component=identity";

/** Skips a check if this stack does not create SPIRE. */
function whereMade(check: Check): Check {
    return {
        ...check,
        run: (snapshot, expected) =>
            expected.spire.enabled
                ? check.run(snapshot, expected)
                : skipped("SPIRE of this cluster is another stack's (spire.enabled)"),
    };
}

/** Skip with a reason for checks that need running servers and agents; `undefined` if they run. */
function simulated({ nodes }: Snapshot): Outcome | undefined {
    return nothingRuns(nodes) ? skipped("simulated nodes: no server or agent runs") : undefined;
}

const CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "servers ready",
        look: LOOK,
        run: ({ spire }, expected) =>
            judging(spire.server, ({ status }) =>
                judge(
                    same("status.readyReplicas", expected.spire.servers, status?.readyReplicas),
                    `${expected.spire.servers}`,
                ),
            ),
    },
    { topic: TOPIC, name: "agents ready", look: LOOK, run: ({ spire }) => onEveryNode(spire.agents) },
    { topic: TOPIC, name: "CSI driver ready", look: LOOK, run: ({ spire }) => onEveryNode(spire.csi) },
    {
        topic: TOPIC,
        name: "trust bundle published",
        look: "get configmaps --all-namespaces --field-selector metadata.name=spire-bundle",
        run: (snapshot) =>
            simulated(snapshot) ??
            judging(snapshot.spire.bundle, ({ data }) => {
                const count = data?.[BUNDLE_KEY]?.match(/BEGIN CERTIFICATE/g)?.length ?? 0;
                return judge(same("certificates, above 0", true, count > 0), counted(count, "certificate"));
            }),
    },
    {
        topic: TOPIC,
        name: "entries for the mesh",
        look: "get clusterspiffeids,clusterstaticentries",
        run: (snapshot, expected) =>
            simulated(snapshot) ??
            (expected.spire.settings.meshIdentity.entries === "static"
                ? judging(snapshot.spire.staticEntries, (set) =>
                      judge(
                          Object.entries(set).flatMap(([name, done]) => same(`${name} at the server`, true, done)),
                          `${Object.keys(set).length}, for all pods`,
                      ),
                  )
                : judging(snapshot.spire.identity, ({ podsSelected, entriesToSet, failures }) =>
                      judging(snapshot.pods, (pods) =>
                          judge(
                              [
                                  ...same("pods selected", pods.length, podsSelected),
                                  ...same("entries", pods.length, entriesToSet),
                                  ...same("failures", 0, failures),
                              ],
                              `${entriesToSet}`,
                          ),
                      ),
                  )),
    },
    {
        topic: TOPIC,
        name: "mesh pods fetched an SVID",
        look: "get pods",
        run: (snapshot, { mesh: { spireSocket } }) =>
            spireSocket.type === "none" || !spireSocket.waitForIdentity
                ? passed("not waited for, as set")
                : (simulated(snapshot) ??
                  judging(snapshot.pods, (all) => {
                      const pods = all.filter((pod) => servingVersion(snapshot.rollout)?.has(pod) ?? true);
                      return judge(
                          pods.flatMap(({ metadata, status }) =>
                              same(
                                  `${metadata?.name ?? ""}: ${IDENTITY_WAIT} ready`,
                                  true,
                                  // A sidecar is ready once its startup probe has fetched an SVID, an init container
                                  // once it has completed successfully.
                                  status?.initContainerStatuses?.find(({ name }) => name === IDENTITY_WAIT)?.ready,
                              ),
                          ),
                          counted(pods.length, "pod"),
                      );
                  })),
    },
];

/** Checks of SPIRE that are possible from outside its pods. */
export const SPIRE_CHECKS: readonly Check[] = CHECKS.map(whereMade);
