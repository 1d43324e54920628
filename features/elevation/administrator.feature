Feature: Administrative rights
  A client that its user has started can do what its user can. With an administrator's credentials it becomes a service
  that can do more, and nobody is logged out for it.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @ELV-02 @ELV-07
  Scenario Outline: With an administrator's credentials the client becomes a service
    Given Carla is a customer with a <device>
    And Carla is in session with Alex
    Then Alex can elevate Carla's client by "Prompt Customer, Provide Credentials"
    And the customer client does not run as a service on Carla's device
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    And the customer client runs as a service on Carla's device
    And Carla is in session with Alex
    And Alex can not elevate Carla's client

    Examples:
      | device     |
      | Windows PC |
      | Mac        |

  @ELV-07
  Scenario Outline: With other credentials it stays in user mode
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When Alex elevates Carla's client as "<user>" with "<password>"
    Then Alex reads that Carla's client is not elevated: "<why>"
    And Carla's client stays "user mode" for Alex
    And the customer client does not run as a service on Carla's device

    Examples:
      | user   | password       | why                         |
      | admin  | correct hoarse | wrong user name or password |
      | nobody | correct horse  | wrong user name or password |
      | carla  | sunflower      | not an administrator        |

  @ELV-07
  Scenario: After wrong credentials the right ones will do
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When Alex elevates Carla's client as "admin" with "guess"
    Then Alex reads that Carla's client is not elevated: "wrong user name or password"
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"

  @ELV-08 @ELV-02
  Scenario Outline: A customer who has the credentials types them
    Given Carla is a customer with a <device>
    And Carla is in session with Alex
    When Alex prompts Carla for an administrator's credentials
    Then Carla is asked by Alex for an administrator's credentials
    And Alex reads that Carla is being asked to elevate
    When Carla types the credentials of "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    And the customer client runs as a service on Carla's device
    And Carla is no longer asked about elevation

    Examples:
      | device     |
      | Windows PC |
      | Mac        |

  @ELV-08
  Scenario: A customer who declines stays in user mode
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When Alex prompts Carla for an administrator's credentials
    And Carla declines to be elevated
    Then Alex reads that Carla's client is not elevated: "the customer declined"
    And Carla's client stays "user mode" for Alex
    And the customer client does not run as a service on Carla's device

  @ELV-08
  Scenario: A customer who does not answer stays in user mode
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When Alex prompts Carla for an administrator's credentials
    And 61 seconds pass
    Then Alex reads that Carla's client is not elevated: "the customer did not answer"
    And Carla is no longer asked about elevation
    And Carla's client stays "user mode" for Alex

  @ELV-08
  Scenario: A customer who has to look for the credentials has a minute for that
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When Alex prompts Carla for an administrator's credentials
    And 59 seconds pass
    And Carla types the credentials of "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"

  @ELV-08
  Scenario Outline: A customer's wrong credentials do not elevate
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When Alex prompts Carla for an administrator's credentials
    And Carla types the credentials of "<user>" with "<password>"
    Then Alex reads that Carla's client is not elevated: "<why>"
    And Carla's client stays "user mode" for Alex

    Examples:
      | user  | password  | why                         |
      | admin | letmein   | wrong user name or password |
      | carla | sunflower | not an administrator        |

  @ELV-08
  Scenario: One question at a time
    Given Blair is signed in to the desktop console
    And Carla is a customer with a Windows PC
    And Carla is in session with Alex and Blair
    And Alex prompts Carla for an administrator's credentials
    And Carla is asked by Alex for an administrator's credentials
    When Blair prompts Carla for an administrator's credentials
    Then Blair reads that Carla's client is not elevated: "the customer is being asked already"
    When Carla types the credentials of "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    And Blair sees that Carla's client is "elevated"

  @ELV-05
  Scenario Outline: Elsewhere than on Windows and Mac there is no such thing
    Given Carla is a customer with <device>
    And Carla is in session with Alex
    Then Alex can not elevate Carla's client
    When Alex tries to prompt Carla for an administrator's credentials
    Then Alex is told "expected something that this console offers, found Prompt Customer"
    When Alex tries to elevate Carla's client as "admin" with "correct horse"
    Then Alex is told "expected something that this console offers, found Provide Credentials"
    And Alex is not offered elevation in Carla's session
    And Carla's client stays "<client>" for Alex

    Examples:
      | device           | client    |
      | a Linux PC       | user mode |
      | an Android phone | Support   |
      | an iPhone        | user mode |

  @ELV-03
  Scenario: An elevated client can show another user's desktop
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    And Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex is offered the users "carla, admin" of Carla's device
    And Alex sees the desktop of "carla" on Carla's device
    When Alex switches Carla's device to the user "admin"
    Then "admin" is logged on at Carla's device
    And Alex sees the desktop of "admin" on Carla's device
    When Alex switches Carla's device to the user "mallory"
    Then Alex reads that the user of Carla's device is not switched: "there is no such user"
    And "admin" stays logged on at Carla's device
    And Alex sees that Carla's client is "elevated"

  @ELV-03 @ELV-04
  Scenario Outline: Each user of <device> has a desktop of their own, which waits as it was left
    Given Carla is a customer with <device> on fibre
    And Carla is in session with Alex
    And the "editor" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    When Alex types "Carla's letter" on Carla's screen
    And Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    When Alex switches Carla's device to the user "admin"
    Then "admin" is logged on at Carla's device
    And no window is open on Carla's device
    And Alex sees Carla's screen to the pixel
    When the "form" is opened on Carla's device
    And Alex clicks "Name" on Carla's screen
    And Alex types "Admin's note" on Carla's screen
    Then the field "Name" on Carla's device reads "Admin's note"
    When Alex switches Carla's device to the user "carla"
    Then "carla" is logged on at Carla's device
    And the editor on Carla's device reads "Carla's letter"
    And Alex sees Carla's screen to the pixel
    When Alex switches Carla's device to the user "admin"
    Then the field "Name" on Carla's device reads "Admin's note"
    And Alex sees Carla's screen to the pixel

    Examples:
      | device       |
      | a Windows PC |
      | a Mac        |

  @ELV-03
  Scenario: The sign-in screen is kept from a user's client, and an elevated one signs in
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And the "editor" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    When Carla presses Ctrl+Alt+Del at the device
    And Carla clicks "Lock" at the device
    Then "Sign-in screen" is in front on Carla's device
    And Alex reads that "Sign-in screen" is protected on Carla's device
    When Alex types "sunflower" on Carla's screen
    Then Alex reads that input is blocked on Carla's device
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then nothing is protected from Alex on Carla's device
    And Alex sees Carla's screen to the pixel
    When Alex types "guess" on Carla's screen
    And Alex presses "Enter" on Carla's screen
    Then "Sign-in screen" is in front on Carla's device
    And Alex sees Carla's screen to the pixel
    When Alex types "sunflower" on Carla's screen
    And Alex presses "Enter" on Carla's screen
    Then "Notes" is in front on Carla's device
    And Alex sees Carla's screen to the pixel

  @ELV-03
  Scenario: A user who signs out leaves nothing open
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And the "editor" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    When Alex switches Carla's device to the user "admin"
    Then "admin" is logged on at Carla's device
    When the "form" is opened on Carla's device
    And Carla presses Ctrl+Alt+Del at the device
    And Carla clicks "Sign out" at the device
    Then "Sign-in screen" is in front on Carla's device
    And Alex sees Carla's screen to the pixel
    When Alex types "sunflower" on Carla's screen
    And Alex presses "Enter" on Carla's screen
    Then "carla" is logged on at Carla's device
    And "Notes" is in front on Carla's device
    When Alex switches Carla's device to the user "admin"
    Then no window is open on Carla's device
    And Alex sees Carla's screen to the pixel

  @ELV-03
  Scenario: Before elevation nobody switches users
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When Alex tries to switch Carla's device to the user "admin"
    Then Alex is told "expected something that this console offers, found switching users"
    And "carla" stays logged on at Carla's device

  @ELV-04
  Scenario: Whoever is at the machine stays there, and stays who they are
    Given Carla is a customer with a Windows PC
    And "carla" is logged on at Carla's device
    And Carla is in session with Alex
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    And "carla" stays logged on at Carla's device
    When Carla writes "Nothing has changed here"
    Then Alex reads "Nothing has changed here" from Carla

  @ELV-02
  Scenario: The service goes with the session
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    And Alex elevates Carla's client as "admin" with "correct horse"
    And Alex sees that Carla's client is "elevated"
    When Alex ends Carla's session
    Then Carla's device has no customer client any more
    And the customer client does not run as a service on Carla's device

  @SCR-06
  Scenario: A banner over a user's screen offers elevation, in two ways
    Given Carla is a customer with a Windows PC
    And Carla is in session with Alex
    Then no banner is over Carla's screen for Alex
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then a banner over Carla's screen offers Alex "Prompt Customer, Provide Credentials"
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    And no banner is over Carla's screen for Alex

  @SCR-06
  Scenario: Where elevation is not possible there is no banner
    Given Carla is a customer with a Linux PC
    And Carla is in session with Alex
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then no banner is over Carla's screen for Alex
