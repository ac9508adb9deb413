//! The numbers that identify people: resident ids, telephones, cards, accounts.
