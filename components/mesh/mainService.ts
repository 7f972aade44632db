import { Service } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import { isRollout } from "../../settings/mesh/delivery";
import { mapOrNone } from "../shared/compact";
import type { Labels } from "../shared/labels";
import type { MeshAppArgs } from "./args";
import { meshNames } from "./names";
import { serviceJoinAnnotations } from "./serviceMesh/join";
import { mainService } from "./services";

/** Where the Services of the mesh are. */
interface ServiceContext {
    /** Logical name of the mesh. */
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Labels;
    readonly parent: pulumi.Resource;
}

/**
 * The controller of blue/green owns the whole selector once it has switched it, since a selector has no keys of its own for
 * server-side apply. What is ignored is not sent; the way back to canaries takes the selector, which needs force.
 */
const FORCE = { "pulumi.com/patchForce": "true" };

/** It has no endpoints before the pods of the Rollout, which does not start without it. */
const NO_WAIT = { "pulumi.com/skipAwait": "true" };

/** Field that the controller of blue/green switches. */
const SWITCHED = { ignoreChanges: ["spec.selector"] };

/** The main Service, complete as soon as the workload is. */
export function meshService(args: MeshAppArgs, context: ServiceContext, workload: pulumi.Resource): Service {
    const extra = isRollout(args.settings.delivery) ? FORCE : {};
    return serviceOf(args, context, "service", meshNames(args.environment).app, extra, { dependsOn: workload });
}

/**
 * The main Service and that of the preview for blue/green, main one first. A Rollout that refers to a missing Service is
 * invalid, so they are there before it.
 */
export function switchedServices(args: MeshAppArgs, context: ServiceContext): Service[] {
    const { app, previewService } = meshNames(args.environment);
    const extra = { ...FORCE, ...NO_WAIT };
    return [
        serviceOf(args, context, "service", app, extra, SWITCHED),
        serviceOf(args, context, "preview-service", previewService, extra, SWITCHED),
    ];
}

function serviceOf(
    args: MeshAppArgs,
    { name, namespace, labels, parent }: ServiceContext,
    logicalName: string,
    objectName: string,
    extra: Labels,
    opts: pulumi.CustomResourceOptions,
): Service {
    const annotations = { ...extra, ...serviceJoinAnnotations(args), ...args.settings.service.annotations };
    return new Service(
        `${name}-${logicalName}`,
        {
            metadata: { name: objectName, namespace, labels, annotations: mapOrNone(annotations) },
            spec: mainService(args),
        },
        { parent, ...opts },
    );
}
