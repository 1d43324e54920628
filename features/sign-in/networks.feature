@network
Feature: Networks that accounts may sign in from
  An account may be limited to networks, on every login or on the first one only. What counts is the address that the
  appliance sees: of everybody behind a NAT, the NAT's.

  Background:
    Given the site "networks"

  @LOG-07
  Scenario Outline: An account that is limited on every login gets in from its networks only
    Given Erin is at <place>
    When Erin signs in to the <console> console as "erin" with "paper clip"
    Then Erin is signed in
    And the site status lists the representatives "Erin Voss"

    Examples:
      | place      | console |
      | the office | desktop |
      | the bank   | Android |

  @LOG-07
  Scenario Outline: From anywhere else it is refused
    Given Erin is at <place>
    When Erin signs in to the <console> console as "erin" with "paper clip"
    Then Erin is told "this account may not sign in from this network"
    And Erin is not signed in
    And the site status lists no representatives

    Examples:
      | place     | console |
      | the hotel | desktop |
      | home      | desktop |
      | the road  | Android |

  @LOG-07
  Scenario: Who is refused in the hotel gets in from the office, and then not from the hotel again
    Given Erin is at the hotel
    When Erin signs in to the desktop console as "erin" with "paper clip"
    Then Erin is told "this account may not sign in from this network"
    When Erin moves to the office
    And Erin signs in again
    Then Erin is signed in
    When Erin signs out
    And Erin moves to the hotel
    And Erin signs in again
    Then Erin is told "this account may not sign in from this network"
    And Erin is not signed in

  @LOG-07
  Scenario: Nothing is said about networks to those who have no password
    Given Erin is at the hotel
    When Erin signs in to the desktop console as "erin" with "paper plane"
    Then Erin is told "wrong user name or password"

  @LOG-07
  Scenario: Two people come through one NAT, and each account has limits of its own
    Given Alex is at the hotel
    And Erin is at the hotel
    When Alex signs in to the desktop console as "alex" with "correct horse"
    And Erin signs in to the desktop console as "erin" with "paper clip"
    Then Alex is signed in
    And the appliance sees Alex at "192.0.2.30"
    And Erin is told "this account may not sign in from this network"
    And the site status lists the representatives "Alex Kim"

  @LOG-07
  Scenario: A private network lets nobody in, since the appliance sees the NAT
    Given Hugo is at the office
    When Hugo signs in to the desktop console as "hugo" with "hole punch"
    Then Hugo is told "this account may not sign in from this network"
    And Hugo is not signed in

  @LOG-07
  Scenario: A console that comes back from a network that is not allowed is refused, and its sessions go on without
    Given Alex is signed in to the desktop console
    And Erin is at the office
    And Erin is signed in to the desktop console
    And Carla is in session with Erin
    When Erin moves to the hotel
    And 1 minute passes
    Then Erin is told "this account may not sign in from this network"
    And Erin is not signed in
    And the site status lists the representatives "Alex Kim"
    When Erin moves to the office
    And Erin signs in again
    Then Erin is signed in
    And Carla waits in Erin's personal queue

  @LOG-07
  Scenario: A console that comes back from another allowed network goes on
    Given Erin is at the office
    And Erin is signed in to the desktop console
    When Erin moves to the bank
    Then Erin's console is connected again
    And the appliance sees Erin at "192.0.2.20"

  @LOG-07
  Scenario: A router that restarts changes nothing, and one that gets another address does
    Given Gail is at home
    And Gail is signed in to the desktop console
    When the router at Gail's place restarts
    And 1 minute passes
    Then Gail's console is connected again
    And the appliance sees Gail at "198.51.100.101"
    When the router at Gail's place gets another address
    And 2 minutes pass
    Then Gail is told "this account may not sign in from this network"
    And Gail is not signed in

  @LOG-02 @LOG-07
  Scenario: Remembered credentials are held to the networks, and outlive the refusal
    Given Erin is at the office
    And Erin has signed in to the desktop console and ticked remember me
    When Erin moves to the hotel
    And Erin starts the console anew
    And Erin signs in with what the console remembers
    Then Erin is told "this account may not sign in from this network"
    And the console offers Erin the user name "erin"
    When Erin moves to the office
    And Erin signs in with what the console remembers
    Then Erin is signed in

  @LOG-08
  Scenario: An account that is limited on its first login must come from its network once
    Given Finn is at the hotel
    When Finn signs in to the desktop console as "finn" with "rubber band"
    Then Finn is told "this account may not sign in from this network"
    And Finn is not signed in
    When Finn moves to the office
    And Finn signs in again
    Then Finn is signed in
    When Finn signs out
    And Finn moves to the hotel
    And Finn signs in again
    Then Finn is signed in

  @LOG-08
  Scenario: A wrong password from an allowed network is no first login
    Given Finn is at the office
    When Finn signs in to the desktop console as "finn" with "rubber duck"
    Then Finn is told "wrong user name or password"
    When Finn moves to the hotel
    And Finn signs in again
    Then Finn is told "this account may not sign in from this network"

  @LOG-08
  Scenario: After the first login a console comes back from anywhere
    Given Finn is at the office
    And Finn is signed in to the desktop console
    When Finn moves to the hotel
    Then Finn's console is connected again
    And the appliance sees Finn at "192.0.2.30"

  @LOG-08
  Scenario: The first login is remembered when the appliance loses power
    Given Finn is at the office
    And Finn is signed in to the desktop console
    When the appliance loses power
    And Finn moves to the hotel
    And the appliance starts again after 30 seconds
    Then Finn's console is connected again
    And the appliance sees Finn at "192.0.2.30"
