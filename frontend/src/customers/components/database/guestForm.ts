import { isSame } from "@/lib/merge";
import type { Day, DietaryNeed, Guest, GuestChanges } from "@/customers/shared/types/customer-types";

/** A guest as the editor holds it: what may be edited, addresses as plain text. */
export interface GuestForm {
  name: string;
  emails: string[];
  phones: string[];
  birthday: Day | null;
  anniversary: Day | null;
  tags: string[];
  dietary: DietaryNeed[];
  acquisition_source: string;
}

/** Gives the form of a guest. */
export function toForm(guest: Guest): GuestForm {
  return {
    name: guest.name ?? "",
    emails: guest.emails?.map(({ address }) => address) ?? [],
    phones: guest.phones?.map(({ number }) => number) ?? [],
    birthday: guest.birthday ?? null,
    anniversary: guest.anniversary ?? null,
    tags: guest.tags ?? [],
    dietary: guest.dietary ?? [],
    acquisition_source: guest.acquisition_source ?? "",
  };
}

/** Gives the request for what was changed; what was not is not in it, so that unseen fields are never touched. */
export function toChanges(base: GuestForm, edited: GuestForm): GuestChanges {
  const changed = (field: keyof GuestForm) => !isSame(base[field], edited[field]);
  return {
    ...(changed("name") && { name: edited.name.trim() }),
    ...(changed("emails") && { emails: edited.emails.map((address, place) => ({ address, is_primary: place === 0 })) }),
    ...(changed("phones") && { phones: edited.phones.map((number) => ({ number })) }),
    ...(changed("birthday") && { birthday: edited.birthday }),
    ...(changed("anniversary") && { anniversary: edited.anniversary }),
    ...(changed("tags") && { tags: edited.tags }),
    ...(changed("dietary") && { dietary: edited.dietary }),
    ...(changed("acquisition_source") && { acquisition_source: edited.acquisition_source.trim() || null }),
  };
}
