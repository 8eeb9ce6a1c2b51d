/** A namespace of objects, as far as they are reached by name; what they answer is for the caller. */
export interface ObjectNames {
  getByName(name: string): unknown;
}
