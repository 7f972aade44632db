import { z } from "zod";
import { shellCommand } from "../../shell";
import { setCommand } from "../../settings/shared/faults";
import { FINE, type Joining, type Judgement, refuse, together, warn } from "./context";
import { type LiveNamespace, seenValue } from "./live";

/** Labels that choose how the pods of a namespace join Istio. */
const JOIN_LABELS = ["istio-injection", "istio.io/rev", "istio.io/dataplane-mode"];

/** Managers whose fields this program sets and removes itself. */
const OWN_MANAGER = "pulumi";

const labelsSchema = z.object({ "f:metadata": z.object({ "f:labels": z.record(z.string(), z.unknown()) }) });

/** Labels that somebody else set on the namespace and that would join its pods in another way as well. */
export function foreignLabels(joining: Joining): Judgement {
    const namespace = seenValue(joining.live.namespace);
    if (namespace === undefined) {
        return FINE;
    }
    const { labels, managedFields } = namespace.metadata;
    const foreign = managedFields
        .filter(({ manager }) => !manager.startsWith(OWN_MANAGER))
        .flatMap(({ fieldsV1 }) => Object.keys(labelsSchema.safeParse(fieldsV1).data?.["f:metadata"]["f:labels"] ?? {}))
        .map((field) => field.replace(/^f:/, ""));
    const wrong = JOIN_LABELS.filter(
        (label) =>
            foreign.includes(label) && labels[label] !== undefined && joining.namespaceLabels[label] === undefined,
    );
    const remove = shellCommand("label", "namespace", joining.mesh.namespace, ...wrong.map((label) => `${label}-`));
    return wrong.length === 0
        ? FINE
        : refuse(
              `Namespace ${joining.mesh.namespace} has ${wrong.map((label) => `${label}=${labels[label] ?? ""}`).join(", ")}, which this stack did not set: beside the labels of mesh.serviceMesh its pods would join the mesh twice, or otherwise than set.`,
              `Remove it:  ${joining.command} ${remove}`,
          );
}

/** Callers whose namespace joins no mesh: strict mTLS refuses their plain text. Pods can also join by labels of their own. */
export function outsideCallers({ stack, live, serviceMesh }: Joining): Judgement {
    const outside = [...live.callers].flatMap(([name, namespace]) =>
        name === serviceMesh.controlPlaneNamespace || joins(namespace) ? [] : [name],
    );
    return serviceMesh.mtls === "permissive"
        ? FINE
        : together(
              outside.map((name) =>
                  warn(
                      `Namespace ${name}, whose pods may call the http port, joins no mesh: unless the pods join by labels of their own, strict mTLS refuses them.`,
                      `Let its pods join, or accept plain text:  ${setCommand(stack, "mesh.serviceMesh.mtls", "permissive")}`,
                  ),
              ),
          );
}

function joins({ metadata: { labels, annotations } }: LiveNamespace): boolean {
    return (
        labels["istio-injection"] === "enabled" ||
        labels["istio.io/rev"] !== undefined ||
        labels["istio.io/dataplane-mode"] === "ambient" ||
        annotations["linkerd.io/inject"] === "enabled"
    );
}
