Feature: Jump Clients in service mode
  An elevated client can leave a Jump Client that runs as a service: it is there with nobody logged on.

  @JPN-04 @ELV-03
  Scenario: Only an elevated client can have a Jump Client run as a service
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC called "FRONT-3"
    And Carla is in session with Alex
    Then Alex can pin Carla's device to "Servers, Front desk, personal list" in the modes "user"
    When Alex tries to pin Carla's device to the Jump Group "Servers" in service mode
    Then Alex is told "expected a machine that can be pinned: service mode needs an elevated client"
    And no Jump Client comes onto "FRONT-3"
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex can pin Carla's device to "Servers, Front desk, personal list" in the modes "user, service"
    When Alex pins Carla's device to the Jump Group "Servers" in service mode
    Then Alex sees that Carla's device is pinned
    And the Jump Client is installed on "FRONT-3" as a service

  @JPN-04 @ELV-03
  Scenario Outline: A service is there with nobody logged on, and after every restart
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a <device> called "FRONT-3"
    And Carla is in session with Alex
    And Alex elevates Carla's client as "admin" with "correct horse"
    And Alex sees that Carla's client is "elevated"
    When Alex pins Carla's device to the Jump Group "Servers" in service mode
    Then Alex sees that Carla's device is pinned
    When Alex ends Carla's session
    And the user of "FRONT-3" logs off
    Then Alex finds the Jump Clients "FRONT-3" after a refresh
    When "FRONT-3" loses power
    And "FRONT-3" starts again after 1 minute
    Then Alex finds the Jump Clients "FRONT-3" after a refresh
    When Alex jumps to "FRONT-3"
    Then Alex has the session with "FRONT-3" open
    And nobody at "FRONT-3" was asked
    When Alex asks to unpin "FRONT-3"
    And Alex says Yes to unpinning
    Then there is no Jump Client on "FRONT-3"
    When "FRONT-3" loses power
    And "FRONT-3" starts again after 1 minute
    Then there is no Jump Client on "FRONT-3"
    And Alex has no Jump Item "FRONT-3" after a refresh

    Examples:
      | device     |
      | Windows PC |
      | Mac        |

  @JPN-04
  Scenario: An elevated client can leave one for its user, too
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC called "FRONT-3"
    And Carla is in session with Alex
    And Alex elevates Carla's client as "admin" with "correct horse"
    And Alex sees that Carla's client is "elevated"
    When Alex pins Carla's device to the personal list in user mode
    Then Alex sees that Carla's device is pinned
    And the Jump Client is installed on "FRONT-3" for its user
    When the user of "FRONT-3" logs off
    Then the Jump Client on "FRONT-3" does not run

  @JPN-04
  Scenario: Where nothing can be elevated there is no service mode
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Linux PC called "DESK-7"
    And Carla is in session with Alex
    Then Alex can pin Carla's device to "Servers, Front desk, personal list" in the modes "user"
    When Alex tries to pin Carla's device to the personal list in service mode
    Then Alex is told "expected a machine that can be pinned: service mode needs an elevated client"

  @JPN-04
  Scenario: A chat in the browser leaves nothing on a machine
    Given the site "chat"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC called "FRONT-3"
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    Then Alex is not offered to pin Carla's device
    When Alex tries to pin Carla's device to the personal list in user mode
    Then Alex is told "expected a machine that can be pinned: elevate to the full client first"
