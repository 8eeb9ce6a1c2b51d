import type { Mailer } from "../../app/email.ts";

/** Sends by Cloudflare's Email Service. `from` must be an address of a domain that it serves. */
export function createCloudflareMailer(service: SendEmail, from: string): Mailer {
  return {
    delivery: "sent",
    async send({ to, subject, text }) {
      await service.send({ from: { email: from, name: "Switchyard" }, to, subject, text });
    },
  };
}
