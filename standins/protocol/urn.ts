/** Parts of a resource's URN, `urn:pulumi:stack::project::parent$type::name`. */
export interface Urn {
    /** Type token, e.g. `kubernetes:apps/v1:Deployment`. */
    type: string;
    /** Logical name in the program. */
    name: string;
}

/** Takes a URN apart. A name may hold `::` itself. */
export function parseUrn(urn: string): Urn {
    const [, , types = "", ...name] = urn.split("::");
    return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** `<name>-` and 8 random hexadecimal digits, drawn from the engine's seed where there is one. */
export function autoname(name: string, seed: Uint8Array): string {
    const bytes = seed.length >= 4 ? seed.slice(0, 4) : crypto.getRandomValues(new Uint8Array(4));
    return `${name}-${Buffer.from(bytes).toString("hex")}`;
}
