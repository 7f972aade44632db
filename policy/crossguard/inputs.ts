import type { StackValidationArgs } from "@pulumi/policy";
import { isRelease, releaseSources } from "../helm/sources";
import type { Source } from "../kubernetes/subject";
import { plainProps } from "./policyInfo";
import { parseTypeToken, stackOfUrn } from "./typeToken";

/** A resource as the SDK passes it to a policy. */
interface Resource {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly props: object;
    /** Default: the engine says nothing of it. */
    readonly provider?: { readonly props: object };
}

/** Objects of a stack. */
export interface StackSources {
    /** Its Kubernetes objects, and those in its Helm releases. */
    readonly sources: readonly Source[];
    /** The resource of each object, by body. */
    readonly urns: ReadonlyMap<unknown, string>;
}

/** Resources that the policies of a pack receive one after another, read once for all policies. */
export interface Inputs {
    /** The object in a resource, `undefined` when it is not a Kubernetes object. */
    readonly resource: (resource: Resource) => Source | undefined;
    /** The whole stack: the inputs of resources where they were received before, else the outputs. */
    readonly stack: (args: Pick<StackValidationArgs, "resources">) => Promise<StackSources>;
}

/**
 * Caches the resources that a pack receives. Rules share what they compute about a source, so the same inputs have one
 * source only.
 */
export function packInputs(): Inputs {
    const byUrn = new Map<string, Source>();
    const byBody = new WeakMap<object, Source>();
    let stack: { readonly own: readonly Source[]; readonly all: Promise<StackSources> } | undefined;

    const sourceOf = ({ type, name, urn, props, provider }: Resource): Source | undefined => {
        const body = plainProps(props);
        const before = byBody.get(body);
        if (before !== undefined) {
            return before;
        }
        const parsed = parseTypeToken(type);
        if (parsed === undefined) {
            return undefined;
        }
        const source: Source = {
            ...parsed,
            body,
            fallbackName: name,
            stack: stackOfUrn(urn),
            provider: provider && plainProps(provider.props),
        };
        byBody.set(body, source);
        return source;
    };
    return {
        resource: (resource) => {
            const source = sourceOf(resource);
            if (source !== undefined) {
                byUrn.set(resource.urn, source);
            }
            return source;
        },
        stack: ({ resources }) => {
            const urns = new Map<Source, string>();
            for (const resource of resources) {
                // Outputs include values set in the live object by others, e.g. replicas set by an autoscaler.
                const source = byUrn.get(resource.urn) ?? sourceOf(resource);
                if (source !== undefined) {
                    urns.set(source, resource.urn);
                }
            }
            const own = [...urns.keys()];
            if (stack?.own.length !== own.length || stack.own.some((source, index) => source !== own[index])) {
                stack = { own, all: expand(urns) };
            }
            return stack.all;
        },
    };
}

/** Adds the objects in Helm releases. */
async function expand(resources: ReadonlyMap<Source, string>): Promise<StackSources> {
    const sources: Source[] = [];
    const urns = new Map<unknown, string>();
    for (const [resource, urn] of resources) {
        for (const source of isRelease(resource) ? await releaseSources(resource) : [resource]) {
            sources.push(source);
            urns.set(source.body, urn);
        }
    }
    return { sources, urns };
}
