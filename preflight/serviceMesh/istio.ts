import { parse } from "yaml";
import { z } from "zod";
import { removeCommand, setCommand } from "../../settings/shared/faults";
import { FINE, type Joining, type Judgement, leave, refuse, refusesNetAdmin, together, warn } from "./context";
import { seenValue } from "./live";
import { injecting, labelValues } from "./webhooks";

/** End of the names of Istio's injection webhooks (chart istiod, `mutatingwebhook.yaml`). */
const INJECTOR = "sidecar-injector.istio.io";

/** DaemonSets of Istio's charts `cni` and `ztunnel`. */
const CNI = "istio-cni-node";
const ZTUNNEL = "ztunnel";

/** First minor version where Istio makes the proxy a native sidecar by itself (`DetectNativeSidecar` of istiod). */
const NATIVE_SIDECARS_MINOR = 33;

const valuesSchema = z.object({
    global: z.object({ proxy: z.object({ privileged: z.boolean().default(false) }).prefault({}) }).prefault({}),
    pilot: z.object({ cni: z.object({ enabled: z.boolean().default(false) }).prefault({}) }).prefault({}),
});

const injectorSchema = z.object({ templates: z.record(z.string(), z.string()).default({}) });

const meshConfigSchema = z.object({ trustDomain: z.string().default("cluster.local") });

/** What must be there before pods get sidecars. */
export async function sidecarJudgement(joining: Joining): Promise<Judgement> {
    const webhooks = seenValue(joining.live.webhooks);
    if (webhooks === undefined) {
        return FINE;
    }
    const [injector] = injecting(webhooks, INJECTOR, joining.namespaceLabels, joining.podLabels);
    if (injector === undefined) {
        return noInjector(joining, labelValues(webhooks, INJECTOR, "istio.io/rev"));
    }
    const revision = injector.metadata.labels["istio.io/rev"] ?? "default";
    const suffix = revision === "default" ? "" : `-${revision}`;
    const { controlPlaneNamespace } = joining.serviceMesh;
    const data = seenValue(await joining.live.configMap(controlPlaneNamespace, `istio-sidecar-injector${suffix}`));
    if (data === undefined) {
        return noControlPlane(joining, `istio-sidecar-injector${suffix}`);
    }
    return together([
        nativeSidecars(joining),
        containersAreAdmitted(joining, valuesSchema.safeParse(fromText(data.values)).data),
        templateExists(joining, injectorSchema.safeParse(fromText(data.config)).data?.templates ?? {}),
        await trustDomain(joining, `istio${suffix}`),
    ]);
}

/** What must be there before pods are in ambient mode. */
export async function ambientJudgement(joining: Joining): Promise<Judgement> {
    const { stack, live, serviceMesh } = joining;
    const daemonSets = seenValue(live.daemonSets);
    if (daemonSets === undefined) {
        return FINE;
    }
    const missing = [ZTUNNEL, CNI].filter((name) => !daemonSets.some(({ metadata }) => metadata.name === name));
    if (missing.length > 0) {
        return refuse(
            `mesh.serviceMesh.type is istioAmbient, but the cluster has no DaemonSet ${missing.join(" and no ")}: nothing would carry the pods' traffic.`,
            "Install ambient mode:  https://istio.io/latest/docs/ambient/install/",
            leave(stack),
        );
    }
    const cni = daemonSets.find(({ metadata }) => metadata.name === CNI)?.metadata.namespace ?? "";
    const config = seenValue(await live.configMap(cni, "istio-cni-config"));
    return together([
        config !== undefined && config.AMBIENT_ENABLED !== "true"
            ? refuse(
                  `istio-cni in namespace ${cni} runs without ambient mode (AMBIENT_ENABLED): it would redirect no pod of the mesh.`,
                  "Install it with the value ambient.enabled=true (profile=ambient)",
                  leave(stack),
              )
            : FINE,
        await trustDomain({ ...joining, serviceMesh }, "istio"),
    ]);
}

function noInjector({ stack, serviceMesh }: Joining, revisions: readonly string[]): Judgement {
    const { revision } = serviceMesh;
    const key = "mesh.serviceMesh.revision";
    const wanted = revision === undefined ? "namespaces with istio-injection=enabled" : `revision ${revision}`;
    const ways = revisions.map((one) =>
        one === "default" && revision !== undefined
            ? `Take the default one:  ${removeCommand(stack, key)}`
            : `Take ${one}:  ${setCommand(stack, key, one)}`,
    );
    return refuse(
        `No webhook of the cluster injects Istio's sidecars for ${wanted}: the pods would start outside the mesh.`,
        ...(ways.length === 0 ? ["Install Istio:  https://istio.io/latest/docs/setup/install/helm/"] : ways),
        leave(stack),
    );
}

/** Hidden and missing look the same; a control plane elsewhere is the likely cause of the second. */
function noControlPlane({ stack, serviceMesh }: Joining, configMap: string): Judgement {
    return warn(
        `ConfigMap ${configMap} of namespace ${serviceMesh.controlPlaneNamespace} cannot be read: istio-cni, templates and trust domain are not checked.`,
        `If istiod is elsewhere:  ${setCommand(stack, "mesh.serviceMesh.controlPlaneNamespace", "NAMESPACE")}`,
    );
}

/** Before Kubernetes 1.33 istiod adds the proxy to the ordinary containers, unless it is told otherwise. */
function nativeSidecars({ live: { minor } }: Joining): Judgement {
    return minor === undefined || minor >= NATIVE_SIDECARS_MINOR
        ? FINE
        : warn(
              `Kubernetes 1.${minor}: Istio adds the proxy beside the app instead of as a native sidecar (from 1.${NATIVE_SIDECARS_MINOR}). The app waits for it (holdApplicationUntilProxyStarts), but it may end before the app does.`,
              "From Kubernetes 1.29 on, istiod makes it a native sidecar with the value pilot.env.ENABLE_NATIVE_SIDECARS=true",
          );
}

/** Pod Security: only istio-cni spares the pods a root container with NET_ADMIN, and only a plain proxy is admitted. */
function containersAreAdmitted(joining: Joining, values: z.output<typeof valuesSchema> | undefined): Judgement {
    const { stack, live, mesh } = joining;
    if (values === undefined || !refusesNetAdmin(joining)) {
        return FINE;
    }
    const level = mesh.podSecurity.level;
    const daemonSets = seenValue(live.daemonSets);
    const cni = daemonSets === undefined || daemonSets.some(({ metadata }) => metadata.name === CNI);
    return together([
        values.pilot.cni.enabled
            ? FINE
            : refuse(
                  `Istio's injector adds the container istio-init, which runs as root with NET_ADMIN and NET_RAW: namespace ${mesh.namespace} enforces Pod Security level ${level} and refuses such pods.`,
                  "Install the chart istio-cni, and istiod with the value pilot.cni.enabled=true:  https://istio.io/latest/docs/setup/additional-setup/cni/",
                  leave(stack),
              ),
        values.pilot.cni.enabled && !cni
            ? refuse(
                  `istiod relies on istio-cni (pilot.cni.enabled), but the cluster has no DaemonSet ${CNI}: the container istio-validation would never succeed.`,
                  "Install the chart istio-cni:  https://istio.io/latest/docs/setup/additional-setup/cni/",
                  leave(stack),
              )
            : FINE,
        values.global.proxy.privileged
            ? refuse(
                  `Istio's injector makes the proxy privileged (global.proxy.privileged): namespace ${mesh.namespace} enforces Pod Security level ${level} and refuses such pods.`,
                  "Install istiod with the value global.proxy.privileged=false",
                  leave(stack),
              )
            : FINE,
    ]);
}

/** The template that pods name in `inject.istio.io/templates`; the webhook refuses pods that name an unknown one. */
function templateExists({ stack, serviceMesh, live }: Joining, templates: Readonly<Record<string, string>>): Judgement {
    if (serviceMesh.identity !== "spire") {
        return FINE;
    }
    const template = templates.spire;
    const show = "Add the template spire to istiod's values:  docs/service-mesh.md#spire-as-the-source-of-identities";
    const back = `Or take Istio's own CA:  ${setCommand(stack, "mesh.serviceMesh.identity", "mesh")}`;
    if (template?.includes("csi.spiffe.io") !== true) {
        return refuse(
            template === undefined
                ? "Istio's injector has no template spire, which the pods name: it would refuse them."
                : "The template spire of Istio's injector does not mount the volume of csi.spiffe.io: the proxy would find no socket and not start.",
            show,
            back,
        );
    }
    const native = live.minor === undefined || live.minor >= NATIVE_SIDECARS_MINOR;
    return native && !template.includes("initContainers")
        ? refuse(
              `The template spire of Istio's injector changes containers, but on Kubernetes 1.${NATIVE_SIDECARS_MINOR} and newer the proxy is one of initContainers: it would be there twice.`,
              show,
              back,
          )
        : FINE;
}

/** One trust domain with SPIRE's certificates, two different ones without: the same ID from two roots confuses verifiers. */
async function trustDomain({ stack, serviceMesh, live, ...joining }: Joining, configMap: string): Promise<Judgement> {
    const data = seenValue(await live.configMap(serviceMesh.controlPlaneNamespace, configMap));
    const found = meshConfigSchema.safeParse(fromText(data?.mesh)).data?.trustDomain;
    if (found === undefined) {
        return FINE;
    }
    if (serviceMesh.identity === "spire") {
        return found === joining.trustDomain
            ? FINE
            : refuse(
                  `Istio's trust domain is ${found}, but SPIRE's is ${joining.trustDomain}: with mesh.serviceMesh.identity spire the proxies would refuse each other.`,
                  `Install istiod with the value meshConfig.trustDomain=${joining.trustDomain}`,
                  `Or take Istio's own CA:  ${setCommand(stack, "mesh.serviceMesh.identity", "mesh")}`,
              );
    }
    return found === joining.trustDomain
        ? warn(
              `Istio and SPIRE both issue certificates of the trust domain ${found}, by different roots: the same SPIFFE ID has two issuers, and a verifier of one refuses the other's.`,
              "Give Istio a trust domain of its own (meshConfig.trustDomain)",
          )
        : FINE;
}

/** YAML or JSON of a ConfigMap; `undefined` where there is none or it cannot be read. */
function fromText(text: string | undefined): unknown {
    try {
        return text === undefined ? undefined : parse(text);
    } catch {
        return undefined;
    }
}
