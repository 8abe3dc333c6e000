/** What a role allows, as the server decides it; `consultation.permissions` says the rest, row by row. */
interface Person {
  role: 'doctor' | 'admin'
}

export const can = {
  /** Admins add, change and deactivate people. */
  managePeople: (user: Person): boolean => user.role === 'admin',
  /** Admins choose where the clinic's audio goes, and what that may cost. */
  manageClinic: (user: Person): boolean => user.role === 'admin',
  /** Doctors record; admins read. */
  record: (user: Person): boolean => user.role === 'doctor',
  /** Admins see every doctor's consultations, so their list names the doctor. */
  seeAllDoctors: (user: Person): boolean => user.role === 'admin',
}
