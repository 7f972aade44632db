/** Building blocks for the schemas of all sections. */
export * from "./addresses";
export * from "./images";
export * from "./kubernetes";
export * from "./text";
