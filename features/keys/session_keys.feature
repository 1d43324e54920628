Feature: Session keys
  A representative on the telephone reads out a key or sends its URL; the customer gets to that representative.

  Background:
    Given the site "acme"

  @KEY-01 @KEY-03 @KEY-11 @QUE-03 @POR-03
  Scenario Outline: A key leads the customer into the queue of whoever made it
    Given Alex is signed in to the <console> console
    And Carla is a customer with a <device>
    When Alex generates a session key
    Then Alex sees a session key of 7 letters and digits with a URL of its own
    When Carla types Alex's session key on the portal
    Then Carla waits in Alex's personal queue
    And Carla is told to wait at place 1

    Examples:
      | console | device        |
      | desktop | Windows PC    |
      | Android | Linux PC      |
      | Android | Android phone |

  @KEY-01
  Scenario: Two keys are never alike
    Given Alex is signed in to the desktop console
    When Alex generates 20 session keys
    Then Alex's session keys are all different

  @KEY-01
  Scenario: Keys need the permission
    Given Casey is signed in to the desktop console
    When Casey tries to generate a session key
    Then Casey is told "not permitted"
    And Casey sees no session key

  @KEY-02
  Scenario Outline: A key starts one session and no more
    Given Alex is signed in to the desktop console
    And Alex has generated a session key
    And Carla is a customer with a Windows PC
    And Dana is a customer with a Linux PC
    And Carla types Alex's session key on the portal
    And Carla waits in Alex's personal queue
    When Dana <way>
    Then Dana is told "the session key has already been used"
    And Dana does not wait in any queue

    Examples:
      | way                                    |
      | types Alex's session key on the portal |
      | opens the URL of Alex's session key    |

  @KEY-02 @KEY-09
  Scenario: Whoever joins second with the same key is too late, even in the middle of it
    Given Alex is signed in to the desktop console
    And Alex has generated a session key
    And Carla is a customer with a Windows PC on satellite
    And Dana is a customer with a Linux PC on office LAN
    When Carla types Alex's session key and is still downloading the client
    And Dana types Alex's session key on the portal
    Then Dana waits in Alex's personal queue
    And Carla is told "the session key has already been used"

  @KEY-04 @KEY-06
  Scenario Outline: A key is good for as long as its representative said
    Given Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC
    When Alex generates a session key that is valid for <validity>
    And <time> pass
    And Carla types Alex's session key on the portal
    Then <outcome>

    Examples:
      | validity   | time       | outcome                                     |
      | 10 minutes | 9 minutes  | Carla waits in Alex's personal queue        |
      | 10 minutes | 11 minutes | Carla is told "the session key has expired" |
      | 7 days     | 6 days     | Carla waits in Alex's personal queue        |

  @KEY-04
  Scenario: Nothing chosen means the site's usual validity
    Given Alex is signed in to the desktop console
    And Alex has generated a session key
    And Carla is a customer with a Windows PC
    When 25 hours pass
    And Carla types Alex's session key on the portal
    Then Carla is told "the session key has expired"

  @KEY-04
  Scenario: The URL dies with its key
    Given Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC
    When Alex generates a session key that is valid for 10 minutes
    And 11 minutes pass
    And Carla opens the URL of Alex's session key
    Then Carla is told "the session key has expired"
    And Carla does not wait in any queue

  @KEY-06
  Scenario: Nobody gets a key above the site's maximum
    Given Alex is signed in to the desktop console
    When Alex tries to generate a session key that is valid for 8 days
    Then Alex is told "validity is above the site's maximum"
    And Alex sees no session key

  @KEY-05
  Scenario: A session outlives the key that started it
    Given Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC
    And Alex has generated a session key that is valid for 5 minutes
    And Carla types Alex's session key on the portal
    And Alex accepts Carla's session
    When 2 hours pass
    And Carla writes "Are you still there?"
    Then Alex reads "Are you still there?" from Carla
    And Carla is in session with Alex

  @KEY-07 @POR-06 @POR-07
  Scenario: The key's portal is the one that the customer goes through
    Given Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC
    When Alex generates a session key for the portal "Formal"
    And Carla types Alex's session key on the portal
    Then Carla is asked to agree to "Acme may see your screen while we help you."

  @KEY-07
  Scenario: A portal that the account was not given is refused
    Given Alex is signed in to the desktop console
    Then Alex is offered the portals "Main, Formal" for a session key
    When Alex tries to generate a session key for the portal "Keys only"
    Then Alex is told "portal is not available to this account"

  @KEY-08
  Scenario: The desktop console remembers the portal that was chosen last
    Given Alex is signed in to the desktop console
    When Alex generates a session key for the portal "Formal"
    And Alex generates a session key
    Then Alex's last session key leads through the portal "Formal"

  @KEY-09 @INV-03
  Scenario Outline: Typing the key and opening its URL lead to the same place
    Given Alex is signed in to the desktop console
    And Alex has generated a session key
    And Carla is a customer with a <device>
    When Carla <way>
    Then Carla waits in Alex's personal queue

    Examples:
      | device        | way                                   |
      | Windows PC    | types Alex's session key on the portal |
      | Windows PC    | opens the URL of Alex's session key   |
      | Android phone | opens the URL of Alex's session key   |

  @KEY-10
  Scenario: The URL can be copied for a text message
    Given Alex is signed in to the Android console
    And Alex has generated a session key
    When Alex copies the URL of the session key
    Then the URL of Alex's session key is on the clipboard of Alex's device

  @KEY-12
  Scenario: A key opens a queue and nothing else
    Given Alex is signed in to the desktop console
    And Blair is signed in to the desktop console
    And Alex has generated a session key
    And Carla is a customer with a Windows PC
    When Carla types Alex's session key on the portal
    Then Carla waits in Alex's personal queue
    And nobody but Alex sees Carla in a queue
    And Carla is with nobody until Alex accepts

  @KEY-13
  Scenario Outline: What is no key starts nothing
    Given Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC
    When Carla types the session key "<typed>" on the portal
    Then Carla is told "the session key is not known"
    And Carla does not wait in any queue

    Examples:
      | typed                            |
      | ZZZZZZZ                          |
      | 1                                |
      | ' OR 1=1 --                      |
      | 0123456789012345678901234567890123456789 |

  @KEY-14 @KEY-15
  Scenario Outline: The console opens key generation in every known way
    Given Alex is signed in to the <console> console
    Then Alex is offered the start methods "session key, get next, jump"
    And Alex can open key generation by "<ways>"

    Examples:
      | console | ways                                                          |
      | desktop | Support menu, Start button, Session Key button, Ctrl+F4       |
      | Mac     | Support menu, Start button, Session Key button, Command+F4    |
      | Android | Session Key button                                            |

  @KEY-15
  Scenario: Start methods follow the account's permissions
    Given Casey is signed in to the desktop console
    Then Casey is offered no start methods

  @KEY-01 @KEY-03
  Scenario: A key that was given out is good after the appliance has lost its power
    Given Alex is signed in to the desktop console
    And Alex has generated a session key
    And Carla is a customer with a Windows PC
    When the appliance loses power
    And the appliance starts again after 1 minute
    And Alex's console is connected again
    And Carla types Alex's session key on the portal
    Then Carla waits in Alex's personal queue
