import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from "@openfeature/server-sdk";
import {
  handleEvaluationError,
  OFREPApi,
  type OFREPApiEvaluationResult,
  type OFREPProviderBaseOptions,
  toResolutionDetails,
} from "@openfeature/ofrep-core";

/**
 * The official wire client behind the official server SDK. The published server provider is older
 * than both and does not know absent values.
 */
export class OfrepServerProvider implements Provider {
  readonly metadata = { name: "ofrep-core" };
  readonly runsOn = "server";
  readonly #api: OFREPApi;

  constructor(options: OFREPProviderBaseOptions) {
    this.#api = new OFREPApi(options);
  }

  resolveBooleanEvaluation = (key: string, fallback: boolean, context: EvaluationContext) =>
    this.#resolve(key, fallback, context);
  resolveStringEvaluation = (key: string, fallback: string, context: EvaluationContext) =>
    this.#resolve(key, fallback, context);
  resolveNumberEvaluation = (key: string, fallback: number, context: EvaluationContext) =>
    this.#resolve(key, fallback, context);
  resolveObjectEvaluation = <T extends JsonValue>(
    key: string,
    fallback: T,
    context: EvaluationContext,
  ) => this.#resolve(key, fallback, context);

  async #resolve<T extends JsonValue>(
    key: string,
    fallback: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    try {
      const { value }: OFREPApiEvaluationResult = await this.#api.postEvaluateFlag(key, {
        context,
      });
      return "errorCode" in value
        ? handleEvaluationError(value, fallback)
        : toResolutionDetails(value, fallback);
    } catch (error) {
      return { value: fallback, errorCode: ErrorCode.GENERAL, errorMessage: String(error) };
    }
  }
}
