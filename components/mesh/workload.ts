import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../shared/labels";
import { rolloutDeadline } from "../../settings/mesh/deliveryConstraints";
import { analysisSpec } from "../delivery/analysis";
import { API_VERSION, deliveryNames } from "../delivery/names";
import { rolloutSpec } from "../delivery/rollout";
import { mapOrNone } from "../shared/compact";
import type { MeshAppArgs } from "./args";
import { deploymentAnnotations, deploymentSpec, ignoredFields, rolloutTimeouts } from "./deployment";
import { meshNames } from "./names";
import type { SecretRef } from "./secret";
import { workloadKind } from "./workloadKind";

/**
 * What Pulumi waits for at a Rollout: at its creation all pods; after a change nothing, since the pods of the old version
 * keep it available. A canary may wait for days, and an update that waits holds the stack's lock.
 */
const WAIT = { "pulumi.com/waitFor": "condition=Available" };

/**
 * The controller writes the whole Rollout to annotate it, and owns each list that it spells in another way: its kind has
 * no keys for lists, so that is the list as a whole, and the next update would be refused. What the autoscaler owns is not
 * among what is sent.
 */
const FORCE = { "pulumi.com/patchForce": "true" };

/** Metadata of the workload. */
interface WorkloadMetadata {
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Labels;
}

/**
 * The workload that runs the mesh's pods: a Deployment, or a Rollout with the same pods and what judges it.
 * @param name Logical name; a Rollout and a Deployment may have the same, since their types differ.
 */
export function meshWorkload(
    name: string,
    args: MeshAppArgs,
    metadata: WorkloadMetadata,
    secret: SecretRef,
    opts: Omit<pulumi.CustomResourceOptions, "dependsOn"> & { readonly dependsOn: pulumi.Resource[] },
): Deployment | CustomResource {
    const { settings, environment, analysis } = args;
    const { delivery } = settings;
    const spec = deploymentSpec(args, secret);
    const ignoreChanges = ignoredFields(args);
    if (delivery.type === "rolling") {
        return new Deployment(
            name,
            { metadata: { ...metadata, annotations: mapOrNone(deploymentAnnotations(args)) }, spec },
            { ...opts, ignoreChanges, customTimeouts: rolloutTimeouts(settings) },
        );
    }
    const names = { ...meshNames(environment), ...deliveryNames(environment) };
    const templates =
        analysis === undefined
            ? []
            : [
                  new CustomResource(
                      `${name}-analysis`,
                      {
                          apiVersion: API_VERSION,
                          kind: "AnalysisTemplate",
                          metadata: { ...metadata, name: names.analysis },
                          spec: analysisSpec(analysis.context, delivery, analysis.prometheus.url),
                      },
                      opts,
                  ),
              ];
    return new CustomResource(
        name,
        {
            ...workloadKind(settings),
            metadata: { ...metadata, annotations: { ...deploymentAnnotations(args), ...WAIT, ...FORCE } },
            spec: rolloutSpec(spec, settings, delivery, names),
        },
        {
            ...opts,
            ignoreChanges,
            customTimeouts: rolloutTimeouts({ progressDeadlineSeconds: rolloutDeadline(settings, delivery) }),
            dependsOn: [...opts.dependsOn, ...templates],
        },
    );
}
