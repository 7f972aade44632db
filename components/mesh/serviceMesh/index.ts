import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../../shared/labels";
import type { MeshAppArgs } from "../args";
import { istioObjects } from "./istioPolicies";
import { linkerdObjects } from "./linkerdPolicies";
import type { MeshObject } from "./objects";

/** The objects by which the service mesh guards the app's pods; none where they join none. */
export function serviceMeshObjects(args: MeshAppArgs): MeshObject[] {
    const { serviceMesh } = args.settings;
    switch (serviceMesh?.type) {
        case "istioSidecar":
        case "istioAmbient":
            return istioObjects(args, serviceMesh);
        case "linkerd":
            return linkerdObjects(args, serviceMesh);
        default:
            return [];
    }
}

/** Where the objects go. */
interface Place {
    /** Start of the logical names. */
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Labels;
    readonly parent: pulumi.Resource;
}

/** Creates the objects; the pods should wait for them, so that none runs unguarded. */
export function deployServiceMesh(args: MeshAppArgs, { name, namespace, labels, parent }: Place): CustomResource[] {
    return serviceMeshObjects(args).map(
        ({ part, apiVersion, kind, name: objectName, spec }) =>
            new CustomResource(
                `${name}-${part}`,
                { apiVersion, kind, metadata: { name: objectName, namespace, labels }, spec },
                { parent },
            ),
    );
}
