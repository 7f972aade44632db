import type { Field } from "../engine/field";

/** Init containers that injectors of service meshes add where the mesh has no CNI plugin, and the plugin that spares them. */
const PLUGINS: Readonly<Record<string, string>> = {
    "istio-init": "istio-cni with the value pilot.cni.enabled=true of istiod",
    "linkerd-init": "linkerd2-cni with the value cniEnabled=true of linkerd-control-plane",
};

/**
 * What to do about a capability of a container. One that a service mesh injects is nobody's to edit: its CNI plugin does the
 * work on the node instead.
 * @param fix What to do about any other container.
 */
export function capabilityFix(container: Field, fix: string): string {
    const name = container.at("name").text() ?? "";
    const plugin = Object.hasOwn(PLUGINS, name) ? PLUGINS[name] : undefined;
    return plugin === undefined
        ? fix
        : `The service mesh injects this container to redirect traffic: install ${plugin}, then it is not added.`;
}
