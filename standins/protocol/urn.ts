/** Parts of a resource's URN, `urn:pulumi:stack::project::parent$type::name`. */
interface Urn {
    /** Type token, e.g. `kubernetes:apps/v1:Deployment`. */
    type: string;
    /** Logical name in the program. */
    name: string;
}

/** Parses a URN. A name can contain `::`. */
export function parseUrn(urn: string): Urn {
    const [, , types = "", ...name] = urn.split("::");
    return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
