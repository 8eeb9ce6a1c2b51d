/** Free labels of a thing in the catalogue, such as `{"team": "platform"}`. */
export type Tags = Readonly<Record<string, string>>;
