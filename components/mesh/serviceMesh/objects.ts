/** An object of the service mesh's own kinds, in the mesh's namespace. */
export interface MeshObject {
    /** End of the logical name, which must never change. */
    readonly part: string;
    readonly apiVersion: string;
    readonly kind: string;
    /** `metadata.name`. */
    readonly name: string;
    readonly spec: object;
}
